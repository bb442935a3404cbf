"""A listener on loopback that counts who calls."""

from __future__ import annotations

import socket
import threading


class Listener:
    """A server on the loopback interface that takes note of each connection and hangs up."""

    def __init__(self) -> None:
        self.calls = 0
        self._last: object = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, address = self._socket.accept()
            except OSError:
                return
            connection.close()
            if address == self._last:
                return
            self.calls += 1

    def close(self) -> None:
        """Take note of those who called so far, and of nobody after them."""
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(self._socket.getsockname())
            self._thread.join()
        self._socket.close()
