"""`python -m ogdkg` is `ogdkg`."""

import sys

from ogdkg.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
