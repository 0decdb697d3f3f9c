"""Names of countries by their codes."""

from functools import cache
from importlib.resources import files

__all__ = ["country_name"]


def country_name(code: str | None) -> str | None:
    """Short English name of a country or territory.

    Parameters
    ----------
    code : str or None
        ISO 3166-1 alpha-2, or XK for Kosovo, as GeoNames has it.

    Returns
    -------
    str or None
        The code itself where it is none of these; None for None.

    Examples
    --------
    >>> country_name("LY"), country_name("??")
    ('Libya', '??')
    """
    return None if code is None else _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    text = files("toposcope.lexicon").joinpath("countries.txt").read_text(encoding="utf-8")
    return {line[:2]: line[3:] for line in text.splitlines()}
