"""Evaluations as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toposcope.evaluation.breakdown import abstention_curve, by_feature_class, by_world_region, calibration
from toposcope.evaluation.result import Evaluation, FrequentMistake
from toposcope.writers.table import printable

__all__ = ["error_table", "tables"]


def tables(evaluation: Evaluation) -> RenderableType:
    """Headline figures, resolution, and the figures taken apart."""
    outcomes = [outcome for score in evaluation.scores for outcome in score.outcomes]
    located = evaluation.figures["gold_xy"] > 0
    parts: list[RenderableType] = [_heading(evaluation)]
    if located or not evaluation.given_spans:
        parts.append(_headline(evaluation))
    if located:
        parts.append(_resolution(evaluation))
    for title, groups in (
        ("By kind of place", by_feature_class(outcomes)),
        ("By world region", by_world_region(outcomes)),
    ):
        if groups:
            parts.append(_groups(title, groups))
    curve, trust = abstention_curve(outcomes), calibration(outcomes)
    if trust is not None:
        parts += [_abstention(curve), _calibration(trust)]
    if evaluation.roles is not None:
        parts.extend(_roles(evaluation.roles))
    return Group(*parts)


def error_table(mistakes: Sequence[FrequentMistake]) -> RenderableType:
    """Show the most frequent mistakes with the text around the first of each."""
    table = _table()
    for name in ("n", "docs"):
        table.add_column(name, justify="right")
    table.add_column("kind", no_wrap=True)
    for name, ratio in (("name", 2), ("given", 2), ("for example", 5)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for mistake in mistakes:
        example = mistake.example
        names = dict.fromkeys(name for name in (example.gold, example.predicted) if name)
        words = (example.kind, " → ".join(names), example.detail, example.context)
        table.add_row(str(mistake.count), str(mistake.documents), *(Text(printable(word)) for word in words))
    return _titled("Most frequent errors", table)


def _table() -> Table:
    return Table(box=None, pad_edge=False)


def _titled(title: str, table: Table) -> RenderableType:
    # Not Table(title=…), which breaks a title at the width of the table.
    return Group(Text(f"\n{title}", style="italic"), table)


def _heading(evaluation: Evaluation) -> Text:
    f = evaluation.figures
    text = Text(evaluation.name, style="bold")
    text.append(
        f"  {f['docs']:,} documents ({f['docs_predicted']:,} predicted), {f['gold']:,} gold toponyms "
        f"({f['gold_xy']:,} with a point), {f['pred']:,} predicted",
        style="not bold",
    )
    if evaluation.given_spans:
        text.append(", spans given", style="not bold")
    if not evaluation.exhaustive:
        text.append("; gold is not exhaustive: recall only", style="not bold")
    return text


def _headline(evaluation: Evaluation) -> RenderableType:
    table = _table()
    table.add_column("")
    for name in ("P", "R", "F1", "95%"):
        table.add_column(name, justify="right")
    rows: list[tuple[str, tuple[str, ...]]] = []
    if not evaluation.given_spans:  # there is nothing to recognise
        rows += [("recognition, exact span", ("rec", "exact")), ("recognition, overlap", ("rec", "overlap"))]
    if evaluation.figures["gold_xy"]:
        rows.append(("end to end, within 161 km", ("e2e",)))
    for label, path in rows:
        table.add_row(label, *_found(evaluation.figures, path))
        table.add_row("  without demonyms", *_found(evaluation.figures_without_demonyms, path))
    return _titled("Found", table)


def _found(figures: Mapping[str, Any], path: Sequence[str]) -> list[str]:
    values = figures
    for key in path:
        values = values[key]
    kind = "f1" if figures["exhaustive"] else "r"
    interval = figures.get("ci95", {}).get(".".join((*path, kind)))
    return [
        *(_rate(values[key]) for key in ("p", "r", "f1")),
        "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}",
    ]


def _resolution(evaluation: Evaluation) -> RenderableType:
    table = _table()
    for name in ("over", "n", "@161 km", "@20 km", "@5 km", "right", "mean km", "median km", "AUC"):
        table.add_column(name, justify="left" if name == "over" else "right")
    exact = evaluation.figures["res"]["exact"]
    for label, view in (
        ("all gold", evaluation.resolution["all"]),
        ("all gold, resolved only", evaluation.resolution["resolved_all"]),
        ("answered", evaluation.resolution["answered"]),
        ("answered, resolved only", evaluation.resolution["resolved_answered"]),
        ("answered, exact span", exact),
    ):
        shares = [_rate(view.get(key)) for key in ("acc161", "acc20", "acc5", "right")]
        km = [_rate(view[key], 1) for key in ("mean_km", "median_km")]
        table.add_row(label, f"{view['n']:,}", *shares, *km, _rate(view["auc"]))
    return _titled("Resolution", table)


def _groups(title: str, groups: Mapping[str, Mapping[str, Any]]) -> RenderableType:
    table = _table()
    columns = {
        "gold": "gold",
        "recall_exact": "recall",
        "recall_overlap": "recall, overlap",
        "acc161": "@161 km",
        "acc20": "@20 km",
        "right": "right",
        "median_km": "median km",
    }
    table.add_column("")
    for name in columns.values():
        table.add_column(name, justify="right")
    for name, figures in groups.items():
        cells = [
            f"{figures[key]:,}" if key == "gold" else _rate(figures[key], 1 if key == "median_km" else 3)
            for key in columns
        ]
        table.add_row(name, *cells)
    return _titled(title, table)


def _abstention(curve: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = _table()
    for name in ("score", "answered", "coverage", "@161 km", "right"):
        table.add_column(name, justify="right")
    for point in curve[::2]:
        shares = [_rate(point[key]) for key in ("coverage", "acc161", "right")]
        table.add_row(f"{point['threshold']:.2f}", f"{point['answered']:,}", *shares)
    return _titled("If only answers of at least this score count", table)


def _calibration(figures: Mapping[str, Any]) -> RenderableType:
    table = _table()
    for name in ("scores", "n", "mean score", "right"):
        table.add_column(name, justify="right")
    for row in figures["bins"]:
        scores = f"{row['low']:.1f} to {row['high']:.1f}"
        table.add_row(scores, f"{row['n']:,}", _rate(row["score"]), _rate(row["right"]))
    return _titled(f"What scores promise: expected calibration error {_rate(figures['ece'])}", table)


def _roles(figures: Mapping[str, Any]) -> list[RenderableType]:
    return [
        _confusion(title, group)
        for title, group in (("Roles", figures), ("Readings", figures.get("readings", {})))
        if "n" in group
    ]


def _confusion(title: str, figures: Mapping[str, Any]) -> RenderableType:
    heading = (
        f"{title}: accuracy {_rate(figures['accuracy'])}, macro F1 {_rate(figures['macro_f1'])} "
        f"({figures['found']:,} of {figures['n']:,} found)"
    )
    table = _table()
    predicted = sorted({name for row in figures["confusion"].values() for name in row})
    table.add_column("gold \\ predicted")
    for name in (*predicted, "F1"):
        table.add_column(name, justify="right")
    for name, row in figures["confusion"].items():
        table.add_row(name, *(f"{row.get(p, 0):,}" for p in predicted), _rate(figures["f1"][name]))
    return _titled(heading, table)


def _rate(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
