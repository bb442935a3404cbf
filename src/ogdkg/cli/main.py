"""The entry point: finds the command, and turns every error into one sentence and an exit code."""

from __future__ import annotations

import errno
import importlib
import keyword
import os
import re
import sys
from collections.abc import Sequence

import click

from ogdkg import __version__
from ogdkg.cli.options import Session, is_trusting, project_option
from ogdkg.cli.telling import tell
from ogdkg.errors import InputError, LimitError, OgdkgError, UnknownNameError
from ogdkg.sandbox.clock import limit_engine, limit_process
from ogdkg.sandbox.limits import SECONDS
from ogdkg.text.escape import one_line

# Each verb is a module of `cli.commands`, imported when it is called; the text is the first line of its help.
COMMANDS = {
    "query": "Ask a stored query, or list them.",
    "sparql": "Ask in SPARQL.",
    "search": "Find things by words, typos forgiven.",
    "show": "Show a thing, every line with its citation.",
    "why": "Tell what states a statement: passages, rules, other sources.",
    "cite": "Tell how to cite the dataset, a thing or a statement.",
    "coverage": "Tell which lines of the document passages cover.",
    "passage": "Describe a passage of the document, ready to paste.",
    "import": "Make files of a layer of a table of facts, by a mapping.",
    "export": "Write the graph as RDF.",
    "diff": "Tell what changed between two files, folders or git revisions.",
    "convert": "Write an RDF file in another format.",
    "fmt": "Put Turtle and TriG files into canonical form.",
    "load": "Keep a large graph in a store on disk, so that commands start at once.",
    "stats": "Count what the graph holds.",
    "validate": "Check the graph, or files, against SHACL shapes.",
    "ping": "Tell what a SPARQL server is and can do.",
    "push": "Let a SPARQL server hold the graph.",
    "pull": "Write what a SPARQL server holds.",
    "test": "Check that the graph answers its questions, and that its evidence is true.",
}


_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)  # EBADF: stdout is closed


class ReaderGoneError(Exception):
    """Whoever read our output has stopped: `ogdkg … | head`."""


class Verbs(click.Group):
    """A group that knows its commands by name and imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"ogdkg.cli.commands.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            raise UnknownNameError("command", args[0], COMMANDS, see="`ogdkg --help` lists them.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error  # click would turn a broken pipe into exit code 1

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@project_option
@click.option("-v", "--verbose", count=True, help="Say more; twice, show where an error arose.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, project: str | None, verbose: int, quiet: bool) -> None:
    """A cited knowledge graph, asked and kept true.

    \b
    For example:
      ogdkg query
    """
    ctx.obj = Session(project, -1 if quiet else verbose, is_trusting(ctx))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    limit_engine(SECONDS)  # until the command says otherwise
    if "_OGDKG_COMPLETE" in os.environ:
        completion = importlib.import_module("ogdkg.cli.completion")  # a shell asks for it, a person never
        completion.offer()
        limit_process(completion.COMPLETING_AT_ALL)
    try:
        code = cli.main(args=list(arguments), prog_name="ogdkg", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BaseException as error:
        return _failed(error, _is_verbose(arguments))


def _failed(error: BaseException, verbose: bool) -> int:
    """Tell what went wrong; the exit code for it."""
    if isinstance(error, BrokenPipeError | ReaderGoneError):
        return _after_broken_pipe()
    if "_OGDKG_COMPLETE" in os.environ and isinstance(error, OgdkgError):
        return (
            0  # whoever completes a word has nothing to offer, and does not write into the line being typed
        )
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, OSError) and error.errno in _UNWRITABLE:  # of a file, it is told with its name
        error = InputError(f"The output cannot be written: {error.strerror}.")
    if verbose:
        _trace(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return 130
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, MemoryError):
        error = LimitError("There is not enough memory for this.", hint="Try it with less data at a time.")
    if isinstance(error, OgdkgError):
        _tell(str(error))
        return error.exit_code
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        for line in error.format_message().splitlines():
            tell(line)
        return 0
    if isinstance(error, click.ClickException):
        _tell(_click_message(error))
        return 2
    return _bug(error)


def _click_message(error: click.ClickException) -> str:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    return f"{one_line(message)}\nTry '{context.command_path} --help'." if context else message


def _bug(error: BaseException) -> int:
    what = one_line(f"{type(error).__name__}: {error}")
    _tell(f"This is a bug of ogdkg: {what}\nRun it again with -vv, and report that.")
    return 70


def _tell(message: str) -> None:
    first, *rest = message.split("\n")
    tell(f"Error: {first}", err=True)
    for line in rest:
        tell(f"  {line}", err=True)


def _trace(error: BaseException) -> None:
    """Where an error arose; its text, which may be a stranger's, on lines of its own with an indent."""
    import traceback  # only a bug or -vv wants it

    for part in traceback.format_exception(error):
        for line in part.rstrip("\n").split("\n"):
            tell(f"  {line}", err=True)


def _after_broken_pipe() -> int:
    """The reader has gone: nobody is left to tell. stdout goes nowhere, so that closing it raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _is_verbose(arguments: Sequence[str]) -> bool:
    """Whether -vv was given, wherever it stands; asked when parsing itself may have failed."""
    short = [word for word in arguments if re.fullmatch("-v+", word)]
    return sum(len(word) - 1 for word in short) + arguments.count("--verbose") > 1
