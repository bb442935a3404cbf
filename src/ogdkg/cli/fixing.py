"""`ogdkg validate --fix`: shows or writes what mends findings for sure."""

from __future__ import annotations

from ogdkg.cli.options import Session
from ogdkg.cli.output import opened_output, write_text
from ogdkg.render.views.patch import unified_diff
from ogdkg.validation.core.results import Report
from ogdkg.validation.fixing import fixed_files
from ogdkg.validation.operation import Inputs, Validator


def fix(session: Session, validator: Validator, inputs: Inputs, report: Report, *, write: bool) -> bool:
    """Show the changes as a diff, or write them; return whether files were written."""
    files = fixed_files(validator, inputs, report)
    if not files:
        session.say("Nothing can be fixed for sure.")
    for file in files:
        if not write:
            write_text(unified_diff(str(file.path), file.before, file.after), None)
            continue
        with opened_output(str(file.path), check=file.check) as out:
            out.write(file.after)
        session.say(f"Fixed {file.path}")
    if files and not write:
        session.say("Nothing was written; add --write to change the files.")
    return write and bool(files)
