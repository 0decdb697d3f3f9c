"""Files that are either whole or not there, and names for them."""

import contextlib
import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from toposcope.errors import OutputError, ToposcopeError

__all__ = ["free_name", "output_error", "replacing", "safe_stem"]

#: Names that Windows keeps for devices, with any suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
#: File systems allow 255 bytes a name; room is left for a suffix and a number.
_MAX_STEM_BYTES = 200


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file to be written as a whole.

    What is written goes to a new file in the same folder, which takes the old one's place when the
    block ends well. On an error, or on Ctrl-C, the old file stays as it was and nothing is left behind.
    Devices and pipes, such as ``/dev/stdout``, are written to directly.

    Parameters
    ----------
    path : str or Path
        Where the result shall stand. A symbolic link is followed.

    Yields
    ------
    binary file

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(name))
        mode = _mode(target)
    except (OSError, ValueError) as error:
        raise output_error(name, error) from error
    if mode is not None and stat.S_ISDIR(mode):
        raise OutputError(f"{name} is a directory.", "Give the name of a file.")
    if mode is not None and not stat.S_ISREG(mode):
        with _translated(name), target.open("wb") as stream:
            yield stream
        return
    temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        with _translated(name):
            with _created(temporary, mode) as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())  # some file systems report a full disk only now
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def output_error(name: str, error: OSError | ValueError) -> OutputError:
    """Say in our words why a file cannot be written."""
    number = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    remedies = {
        errno.ENOSPC: "Free some space, or write to another disk.",
        errno.EDQUOT: "Free some space, or write to another disk.",
        errno.ENOENT: "Make the folder first, or choose another.",
        errno.ENOTDIR: "Choose a folder that exists.",
        errno.EACCES: "Choose a folder that you may write to.",
        errno.EPERM: "Choose a folder that you may write to.",
        errno.EROFS: "Choose a folder on a disk that can be written to.",
        errno.ENAMETOOLONG: "Choose a shorter name.",
    }
    return OutputError(f"cannot write {name}: {reason}.", remedies.get(number or 0, "Write to another place."))


def safe_stem(name: str) -> str:
    """Turn any id into a file's stem that every system takes.

    Letters and digits of all scripts stay; what has a meaning to a shell, a file system or a URL
    becomes ``_``.

    Examples
    --------
    >>> safe_stem("../news/2020?id=7")
    'news_2020_id_7'
    """
    stem = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", name))
    stem = stem.encode(errors="ignore")[:_MAX_STEM_BYTES].decode(errors="ignore").strip("._-")
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return stem or "document"


def free_name(stem: str, taken: dict[str, int]) -> str:
    """Return the stem, numbered where it was given out before, and note it as taken.

    Upper and lower case count as one: they do on most people's disks.

    Parameters
    ----------
    stem : str
        The name that is wanted.
    taken : dict of str to int
        Names given out so far, folded, with the highest number tried after each: the search for the next goes on
        there, so that many documents of one name take no longer than as many names. Empty at first; changed here.
    """
    name, wanted = stem, stem.casefold()
    number = taken.get(wanted, 1)
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken[name.casefold()] = 1
    taken[wanted] = number
    return name


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _created(path: Path, mode: int | None) -> BinaryIO:
    """Open a file that did not exist, with the old one's permissions or the user's usual ones."""
    path.unlink(missing_ok=True)  # left by a process of the same number that was killed
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    if mode is not None:
        with contextlib.suppress(OSError):
            path.chmod(stat.S_IMODE(mode))
    return os.fdopen(handle, "wb")


@contextlib.contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except ToposcopeError:
        raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(name, error) from error
