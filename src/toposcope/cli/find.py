"""``toposcope find``: names looked up in the gazetteer."""

from collections.abc import Iterator

import click

from toposcope import writers
from toposcope.cli.request import gazetteer_option, gazetteer_spec
from toposcope.cli.terminal import say, standard_output
from toposcope.document import Candidate
from toposcope.writers.table import place_label, printable

__all__ = ["find"]

#: The columns of numbers, which are set to the right.
_NUMBERS = (2, 3, 4)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Places shown a name; 0 shows all."
)
@gazetteer_option
def find(names: tuple[str, ...], limit: int, gazetteer: tuple[str, ...]) -> None:
    """Look names up in the gazetteer: every place of that name, the most prominent first."""
    from toposcope.candidates import open_gazetteer

    opened = open_gazetteer(gazetteer_spec(gazetteer))
    with standard_output() as stream, writers.text_stream(stream) as text:
        for name in names:
            found = opened.find(name)
            if not found:
                say(f"the gazetteer knows no place called {name!r}.")
                continue
            if len(names) > 1:
                text.write(f"{printable(name)}\n")
            shown = found[:limit] if limit else found
            text.writelines(_aligned([_describe(candidate) for candidate in shown]))
            text.flush()
            if len(shown) < len(found):
                say(f"{len(found) - len(shown)} more places called {name!r}; --limit 0 shows all.")


def _describe(candidate: Candidate) -> list[str]:
    place = candidate.place
    called = "" if candidate.matched_name == place.name else f" as {candidate.matched_name}"
    return [
        place_label(place),
        f"{place.feature_class}.{place.feature_code}",
        f"{place.lat:.4f}",
        f"{place.lon:.4f}",
        f"{place.population:,}" if place.population else "-",
        place.id,
        candidate.level + called,
    ]


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Lay rows out in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield (
            "  ".join(
                cell.rjust(width) if index in _NUMBERS else cell.ljust(width)
                for index, (cell, width) in enumerate(cells)
            ).rstrip()
            + "\n"
        )
