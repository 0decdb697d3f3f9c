"""Documents as a table: pandas in, pandas out, one row per toponym.

pandas is loaded when a frame is made, not before, so that the writers can share the columns.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from toposcope.document import Document, Toponym
from toposcope.errors import InputError
from toposcope.provenance import CREDIT, Colophon

if TYPE_CHECKING:
    import pandas

    from toposcope.pipeline import Geoparser

__all__ = ["COLUMNS", "geoparse_frame", "rows", "to_frame"]

#: Columns of frames, CSV and Parquet, in this order, with what they hold.
COLUMNS = {
    "document": "string",
    "start": "int64",
    "end": "int64",
    "text": "string",
    "role": "string",
    "role_score": "float64",
    "status": "string",
    "score": "float64",
    "place_id": "string",
    "name": "string",
    "lat": "float64",
    "lon": "float64",
    "feature_class": "string",
    "feature_code": "string",
    "country_code": "string",
    "admin1": "string",
    "admin2": "string",
    "population": "Int64",
    "extent_km": "float64",
    "source": "string",
}


def to_frame(documents: Iterable[Document]) -> pandas.DataFrame:
    """Documents as one frame.

    Parameters
    ----------
    documents : iterable of Document
        In any number, none included.

    Returns
    -------
    pandas.DataFrame
        One row per toponym, whatever its status, in reading order; the columns are those of
        `COLUMNS`. Without a place, text is ``pandas.NA`` and numbers are missing; ``document`` is
        the document's id. Coordinates are WGS 84 degrees, ``extent_km`` kilometres. What made it, and whose data
        is in it, stand as strings in ``attrs["provenance"]`` and ``attrs["credit"]``.
    """
    colophon = Colophon()
    table = (row for document in colophon.watch(documents) for row in rows(document))
    return _frame(table, colophon, document_dtype=None)


def geoparse_frame(
    df: pandas.DataFrame, column: str = "text", *, geoparser: Geoparser | None = None
) -> pandas.DataFrame:
    """Geoparse a column of texts.

    Parameters
    ----------
    df : pandas.DataFrame
        One text a row. It is not changed.
    column : str
        The column that holds the texts. Missing values give no rows.
    geoparser : Geoparser, optional
        Used instead of the default one, which is opened once and then kept.

    Returns
    -------
    pandas.DataFrame
        One row per toponym, with the columns of `COLUMNS`. ``document`` is the label of the text's
        row in ``df.index``, in the index's own dtype, so that
        ``result.merge(df, left_on="document", right_index=True)`` brings the two together. Provenance and credit
        stand in ``attrs``, as in :meth:`Document.to_frame`.

    Raises
    ------
    InputError
        If there is no such column, or a value in it is neither a string nor missing.

    Examples
    --------
    >>> import pandas as pd
    >>> import toposcope
    >>> toposcope.geoparse_frame(pd.DataFrame({"text": ["Fighting near Sirte, Libya."]}))["text"].tolist()
    ['Sirte', 'Libya']
    """
    if column not in df.columns:
        raise InputError(
            f"the frame has no column {column!r}; it has {', '.join(map(repr, df.columns)) or 'none'}.",
            'Name the column of texts: geoparse_frame(df, column="…").',
        )
    labels, texts = _texts(df, column)
    if geoparser is None:
        from toposcope.pipeline import default_geoparser

        geoparser = default_geoparser()
    colophon = Colophon()
    parsed = zip(labels, colophon.watch(geoparser.pipe(texts)), strict=True)
    table = ((label, *row[1:]) for label, document in parsed for row in rows(document))
    return _frame(table, colophon, document_dtype=df.index.dtype)


def rows(document: Document) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a document, one per toponym, values in the order of `COLUMNS`; None is missing."""
    for toponym in document.toponyms:
        yield (document.id, *_cells(toponym))


def _cells(toponym: Toponym) -> tuple[Any, ...]:
    m, place = toponym.mention, toponym.place
    found: tuple[Any, ...] = (None,) * 11
    if place is not None:
        found = (
            place.id,
            place.name,
            place.lat,
            place.lon,
            place.feature_class,
            place.feature_code,
            place.country_code,
            place.admin1,
            place.admin2,
            place.population,
            place.extent_km,
        )
    return (
        m.start,
        m.end,
        m.text,
        toponym.role.value,
        toponym.role_score,
        toponym.status.value,
        toponym.score,
        *found,
        None if place is None else place.source,
    )


def _frame(table: Iterable[tuple[Any, ...]], colophon: Colophon, *, document_dtype: Any) -> pandas.DataFrame:
    import pandas as pd

    # The storage is pinned too: left open, the dtype would hang on whether pyarrow is installed.
    text_dtype = pd.StringDtype("python")
    columns = list(zip(*table, strict=True)) or [()] * len(COLUMNS)
    data: dict[str, pandas.Series[Any]] = {}
    for (name, kind), values in zip(COLUMNS.items(), columns, strict=True):
        if name == "document" and document_dtype is not None:
            data[name] = _labels(values, document_dtype)
        else:
            data[name] = pd.Series(list(values), dtype=text_dtype if kind == "string" else kind)
    frame = pd.DataFrame(data)
    frame.attrs.update(provenance=colophon.line(), credit=CREDIT)
    return frame


def _labels(values: Iterable[Hashable], dtype: Any) -> pandas.Series[Any]:
    import pandas as pd

    labels = pd.Series(list(values), dtype=object)  # object first: tuples of a MultiIndex stay one value each
    return labels.astype(dtype)


def _texts(df: pandas.DataFrame, column: str) -> tuple[list[Hashable], list[str]]:
    """Labels and values of the rows that have a text."""
    series = df[column]
    if series.ndim != 1:
        raise InputError(f"the frame has more than one column {column!r}.", "Give the columns different names.")
    present = series[series.notna()]
    for label, value in present.items():
        if not isinstance(value, str):
            raise InputError(
                f"row {label!r} of column {column!r} holds {type(value).__name__}, not a string.",
                f"Turn the column into text first: df[{column!r}].astype('string').",
            )
    return list(present.index), list(present)
