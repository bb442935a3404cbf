"""Text as a stranger would write it who means harm, and what no output may do with it."""

from __future__ import annotations

import re

MARK = "zq9"  # in every payload
LINE = "yx8"  # after each break; a line that begins with it is a stranger's
PAYLOADS = {
    "title of the window": "zq9\x1b]0;owned\x07zq9",
    "colours and cursor": "\x1b[2J\x1b[31mzq9\x1b[8m",
    "controls of eight bits": "\x9b31mzq9\x9d0;x\x9c\x90\x85",
    "a link of its own": "\x1b]8;;http://evil.example\x1b\\zq9\x1b]8;;\x1b\\",
    "bell, delete, backspace": "zq9\x07\x7f\x08\x08\x08\x00",
    "carriage return": "zq9\ryx8 Valid: nothing found.",
    "runner commands": "a\n::stop-commands::zq9\nyx8",
    "runner commands after blanks": "a\n \t\u00a0::error file=x::zq9\nyx8\n::add-mask::e",
    "old runner commands": "a ##[stop-commands]zq9\n##[error]zq9\nyx8 ##vso[task.setvariable variable=x]zq9",
    "line separators": "zq9\u2028::error::zq9\u2029yx8\u2028yx8\x0byx8\x0cyx8\x1cyx8\x1dyx8\x1eyx8\x85yx8",
    "turned around": "zq9\u202e\u2066txet\u2069\u202c\u200f\u061c",
    "not to be seen": "zq9\u200b\u2060\ufeff\U000e0041\u00ad",
    "fences": "zq9\n\n~~~\n```\nyx8",
    "blocks": "# zq9\n\n- zq9\nyx8\n1. zq9\n> zq9\n---\n===\n| a | b |\n|---|---|\n    code",
    "inline marks": "*zq9* **b** _c_ ~~d~~ `e` \\` $f$ [^1] :tada: ==g==",
    "links": "[zq9](javascript:alert(1)) ![i](http://evil.example/p) <http://evil.example> [a]: /b",
    "addresses": "zq9 http://evil.example www.evil.example a@evil.example ftp://evil.example",
    "mentions": "@zq9 @org/team #1 org/repo#2 GH-3",
    "tags": "</td></title><script>alert('zq9')</script><img src=x onerror=y> &lt;b&gt; &#96;",
    "ends of strings": "zq9\"'`|\\]]>--> %0A::error::x %s {0} ${HOME} }{\\textbf",
    "many scripts": "नेपाल العربية ‎ 漢字 👩\u200d🚀 🏴 क\u094d\u200dष é zq9",
}
EVERYTHING = " ".join(PAYLOADS.values())
READABLE = ("नेपाल", "العربية", "漢字", "👩\u200d🚀", "क\u094d\u200dष", "é")

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def faults(output: bytes, *, exact: bool = False) -> list[str]:
    """What is wrong with an output for a person; of data (`exact`), but for the text that they hold."""
    text = output.decode("utf-8")  # valid, or it raises
    found = []
    if "\x1b" in text or "\x07" in text:
        found.append("a control sequence")
    if exact:
        return found
    found += [f"a sign that commands: {sign!r}" for sign in FORBIDDEN.findall(text)]
    for line in text.splitlines():
        if re.match(r"[\W_]*::", line, re.ASCII) and not re.match(r"[^\\]*\\::", line):
            found.append(f"a command: {line[:60]!r}")
        if re.search(r"##[a-z]*\[", line, re.IGNORECASE):
            found.append(f"an old command: {line[:60]!r}")
        if line.startswith(LINE):
            found.append(f"a line of a stranger: {line[:60]!r}")
    return found
