"""The entry point: dispatches to a command, and turns every error into a message and an exit code."""

from __future__ import annotations

import errno
import importlib
import keyword
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg import __version__
from ogdkg.answer_cache.dependencies import unsure
from ogdkg.cli.messages import print_line
from ogdkg.cli.session import Session, is_trusting, project_option, screen_options
from ogdkg.errors import InputError, LimitError, OgdkgError, UnknownNameError, UsageError
from ogdkg.sandbox.clock import limit_engine, limit_process
from ogdkg.sandbox.limits import SECONDS
from ogdkg.text.escape import one_line
from ogdkg.text.notices import listen

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# In the order of `ogdkg --help`. Each is a module of `cli.commands` that is imported only when it runs.
COMMANDS = (
    "query",
    "sparql",
    "search",
    "show",
    "why",
    "cite",
    "coverage",
    "passage",
    "reanchor",
    "reconcile",
    "init",
    "import",
    "template",
    "new",
    "rename",
    "merge",
    "deprecate",
    "export",
    "diff",
    "convert",
    "canon",
    "fmt",
    "load",
    "stats",
    "validate",
    "ping",
    "push",
    "pull",
    "serve",
    "site",
    "mcp",
    "shell",
    "test",
    "completion",
)

_OF_PASSAGES = ("coverage", "passage", "reanchor")  # of no use in a project that cites none
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)  # EBADF: stdout is closed


class ReaderGoneError(Exception):
    """The process that reads stdout has exited, as in `ogdkg … | head`."""


class LazyGroup(click.Group):
    """A group that imports a command only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help, without importing a command."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command, and return the command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(_module_of(cmd_name))
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the first argument.

        Raises:
            UnknownNameError: There is no such command; the error names near ones, as click's does not.
        """
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            raise UnknownNameError("command", args[0], COMMANDS, see="Run `ogdkg --help` for a list.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command.

        Raises:
            ReaderGoneError: Whoever reads stdout has gone.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error  # click would turn a broken pipe into exit code 1

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands that the project has a use for, with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in _useful(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, with their summaries; or the options of `ogdkg` itself."""
        from click.shell_completion import CompletionItem  # only a shell asks

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        found = [name for name in _useful(ctx) if name.startswith(incomplete)]
        return [CompletionItem(name, help=_summary(name)) for name in found]


def _useful(ctx: click.Context) -> list[str]:
    """Return the commands that are of use in the project."""
    from ogdkg.cli.examples import has_passages  # only help and completion need them
    from ogdkg.cli.options import project_for_parsing

    left_out = () if has_passages(partial(project_for_parsing, ctx)) else _OF_PASSAGES
    return [name for name in COMMANDS if name not in left_out]


def _module_of(command: str) -> str:
    return f"ogdkg.cli.commands.{command}" + "_" * keyword.iskeyword(command)


def _summary(command: str) -> str:
    """Return the first paragraph of a command's help, from its source: importing or parsing all is slow."""
    package = importlib.import_module("ogdkg.cli.commands")
    name = _module_of(command).rpartition(".")[2]
    try:
        loader: Any = package.__loader__  # also of a package in a ZIP file
        source = loader.get_data(os.path.join(package.__path__[0], f"{name}.py")).decode()  # noqa: PTH118
    except (AttributeError, OSError):  # a package without its sources
        return ""
    function = source.partition("\ndef command(")[2]
    docstring = function.partition('"""')[2].partition('"""')[0]
    return " ".join(docstring.partition("\n\n")[0].split())


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@project_option
@click.option("-v", "--verbose", count=True, help="Print more; -vv adds tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Print only results and errors.")
@screen_options
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, project: str | None, verbose: int, quiet: bool) -> None:
    """Query, validate and maintain a cited knowledge graph.

    \b
    For example:
      ogdkg query
    """
    ctx.obj = Session(project, -1 if quiet else verbose, is_trusting(ctx))
    listen(_tell)


def _tell(message: str) -> None:
    """Print a notice, unless `-q` is given."""
    context = click.get_current_context(silent=True)
    (context.obj if context and context.obj else Session()).say(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows `ogdkg`; by default the arguments of the process.

    Returns:
        The exit code.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    limit_engine(SECONDS)  # until the command says otherwise
    if "_OGDKG_COMPLETE" in os.environ:
        completion = importlib.import_module("ogdkg.cli.completion")  # only a shell sets this
        completion.register_shells()
        limit_process(completion.MAX_SECONDS)
    try:
        code = cli.main(args=list(arguments), prog_name="ogdkg", standalone_mode=False)
        sys.stdout.flush()
        if later := sys.modules.get("ogdkg.cli.background_store"):  # few commands leave anything to be done
            later.start_waiting()
        return code if isinstance(code, int) else 0
    except BaseException as error:
        return failed(error, _is_verbose(arguments))


def failed(error: BaseException, verbose: bool) -> int:
    """Print what went wrong, and return its exit code."""
    if isinstance(error, BrokenPipeError | ReaderGoneError):
        return _after_broken_pipe()
    if "_OGDKG_COMPLETE" in os.environ and isinstance(error, OgdkgError):
        return 0  # completion offers nothing then; a message would land in the line being typed
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, OSError):
        error = _fault_of_system(error)
    if verbose:
        _print_traceback(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return 130
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, MemoryError):
        error = LimitError("There is not enough memory for this.", hint="Try it with less data at a time.")
    if isinstance(error, OgdkgError):
        _print_error(str(error))
        return error.exit_code
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        for line in error.format_message().splitlines():
            print_line(line)
        return 0
    if isinstance(error, click.ClickException):
        _print_error(_click_message(error))
        return 2
    return _bug(error)


def _fault_of_system(error: OSError) -> Exception:
    """The error for what the system refuses; faults of files carry their names and do not come here."""
    if error.errno in _UNWRITABLE:
        return InputError(f"The output cannot be written: {error.strerror}.")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return LimitError("The system lets no more files be open.", hint="Allow more with ulimit -n.")
    try:
        Path.cwd()
    except OSError as reason:
        message = f"The working folder cannot be used: {reason.strerror}."
        return UsageError(message, hint="Change to a folder that is there.")
    return error


def _click_message(error: click.ClickException) -> str:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    return f"{one_line(message)}\nTry '{context.command_path} --help'." if context else message


def _bug(error: BaseException) -> int:
    from ogdkg.sandbox.faults import is_panic, panic  # only what no command expects

    if is_panic(error):
        return failed(panic(str(error)), verbose=False)
    summary = one_line(f"{type(error).__name__}: {error}")
    _print_error(f"This is a bug in ogdkg: {summary}\nRun it again with -vv, and report the traceback.")
    return 70


def _print_error(message: str) -> None:
    first, *rest = message.split("\n")
    print_line(f"Error: {first}", err=True)
    for line in rest:
        print_line(f"  {line}", err=True)


def _print_traceback(error: BaseException) -> None:
    """Print a traceback, indented: its text may come from data, and must not look like a message."""
    import traceback  # only needed for -vv

    for entry in traceback.format_exception(error):
        for line in entry.rstrip("\n").split("\n"):
            print_line(f"  {line}", err=True)


def _after_broken_pipe() -> int:
    """Redirect stdout to the null device, so that closing it raises nothing."""
    unsure()  # only a part was read
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _is_verbose(arguments: Sequence[str]) -> bool:
    """Whether -vv is among the arguments; for errors of parsing, which leave no options."""
    flags = [argument for argument in arguments if re.fullmatch("-v+", argument)]
    return sum(len(flag) - 1 for flag in flags) + arguments.count("--verbose") > 1
