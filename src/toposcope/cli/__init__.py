"""The command line: results to stdout, messages to stderr, no traceback ever; a command a module.

A `ToposcopeError` becomes one line with its remedy and exit status 1, a wrong option 2, Ctrl-C 130.
Only click is loaded here; pandas, folium and rich come with the command that needs them, so that
``toposcope find`` answers at once.
"""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

import click

from toposcope._version import __version__
from toposcope.cli.evaluate import evaluate
from toposcope.cli.find import find
from toposcope.cli.map import map_command
from toposcope.cli.places import places
from toposcope.cli.terminal import say
from toposcope.errors import ToposcopeError
from toposcope.files import output_error

__all__ = ["commands", "main"]

#: What shells report for a program that Ctrl-C, or a closed pipe, has ended: 128 and the signal's number.
_INTERRUPTED, _PIPE_CLOSED = 130, 141


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.
    """
    if arguments is None:
        # Schedulers and `timeout` end programs so; as an exception it takes unfinished files away, as Ctrl-C does.
        signal.signal(signal.SIGTERM, _terminate)
    try:
        status = commands.main(arguments, prog_name="toposcope", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (_Stopped, KeyboardInterrupt, click.Abort):
        say("stopped; no unfinished file is left behind.")
        status = _INTERRUPTED
    except (_PipeClosed, BrokenPipeError):
        status = _PIPE_CLOSED
    except ToposcopeError as error:
        say(str(error))
        status = 1
    except OSError as error:  # of the last flush: all others are translated where they arise
        say(str(output_error("standard output", error)))
        status = 1
    except Exception as error:
        if os.environ.get("TOPOSCOPE_DEBUG"):
            raise
        say(f"a mistake of ours, please report it: {type(error).__name__}: {error} (TOPOSCOPE_DEBUG=1 shows where).")
        status = 1
    _leave(status if isinstance(status, int) else 0)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


class _Stopped(Exception):  # noqa: N818 - not an error
    """Ctrl-C."""


class _PipeClosed(Exception):  # noqa: N818 - not an error
    """Whoever read our output has read enough."""


class _Group(click.Group):
    """Keeps Ctrl-C and closed pipes from click, which would print an empty line or exit with its own status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise _Stopped from error
        except BrokenPipeError as error:
            raise _PipeClosed from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="toposcope %(version)s")
def commands() -> None:
    """Find every place in a text, say where it is and how sure that is, and draw the map."""


commands.add_command(map_command)
commands.add_command(places)
commands.add_command(find)
commands.add_command(evaluate)


def _leave(status: int) -> None:
    """Exit; what cannot be flushed any more must not become a message of the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(status)
