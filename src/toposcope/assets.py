"""Where data files are: with the package, in ``$TOPOSCOPE_DATA``, or in the user's cache.

Looking does not write: folders are made by whoever installs something into them.
"""

import os
import sys
from importlib.resources import files
from pathlib import Path

from toposcope.errors import GazetteerNotFoundError

__all__ = ["GAZETTEER_SUFFIX", "data_folders", "gazetteer_path", "installed_gazetteers"]

#: File names of gazetteers end so.
GAZETTEER_SUFFIX = ".gazetteer"


def data_folders() -> list[Path]:
    """Folders that are searched for data, in this order; they need not exist.

    Returns
    -------
    list of Path
        The package's own ``data``; ``$TOPOSCOPE_DATA`` where set; the user's cache (``$XDG_CACHE_HOME/toposcope`` or
        ``~/.cache/toposcope``, on macOS ``~/Library/Caches/toposcope``, on Windows ``%LOCALAPPDATA%/toposcope``).
    """
    folders = [Path(str(files("toposcope"))) / "data"]
    if named := os.environ.get("TOPOSCOPE_DATA"):
        folders.append(Path(named).expanduser())
    folders.append(user_cache())
    return folders


def user_cache() -> Path:
    """The user's cache folder by the convention of the platform; it need not exist."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "toposcope"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "toposcope"
    base = os.environ.get("XDG_CACHE_HOME")
    # The XDG specification bids to ignore relative paths.
    cache = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return cache / "toposcope"


def installed_gazetteers() -> dict[str, Path]:
    """Names of the gazetteers that can be opened by name, and their files; the first folder wins.

    Returns
    -------
    dict of str to Path
        Sorted by name.
    """
    found: dict[str, Path] = {}
    for folder in data_folders():
        if folder.is_dir():
            for path in sorted(folder.glob("*" + GAZETTEER_SUFFIX)):
                found.setdefault(path.name.removesuffix(GAZETTEER_SUFFIX), path)
    return dict(sorted(found.items()))


def gazetteer_path(name_or_path: str | Path = "embedded") -> Path:
    """File of a gazetteer.

    Parameters
    ----------
    name_or_path : str or Path
        ``"embedded"``, the name of an installed one, or a path. A string with a folder in it, or with the
        suffix ``.gazetteer``, is a path.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    GazetteerNotFoundError
        If there is none.
    """
    text = os.fspath(name_or_path)
    if isinstance(name_or_path, Path) or Path(text).name != text or text.endswith(GAZETTEER_SUFFIX):
        path = Path(text).expanduser()
        if path.is_file():
            return path
        raise GazetteerNotFoundError(f"there is no gazetteer file {text!r}.", "Check the path.")
    for folder in data_folders():
        path = folder / (text + GAZETTEER_SUFFIX)
        if path.is_file():
            return path
    if text == "embedded":
        raise GazetteerNotFoundError(
            "the gazetteer that belongs to the package is missing.",
            "Install again with: pip install --force-reinstall --no-deps toposcope "
            "(in a checkout: pip install -e . builds it).",
        )
    known = ", ".join(installed_gazetteers()) or "none"
    raise GazetteerNotFoundError(
        f"there is no gazetteer named {text!r}; installed: {known}.",
        "Give one of these names, or the path of a gazetteer file.",
    )
