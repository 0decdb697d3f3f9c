"""Parquet: the frame's columns and dtypes, with provenance in the file's own metadata."""

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from toposcope.document import Document
from toposcope.errors import MissingExtraError
from toposcope.frames import to_frame
from toposcope.provenance import CREDIT, Colophon

__all__ = ["write"]

#: Documents a row group: some ten thousand toponyms of news, a few MB.
_BATCH = 1000


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write a row per toponym.

    Parameters
    ----------
    documents : iterable of Document
        Written in batches.
    stream : binary file
        Left open.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs pyarrow, which is not installed.", "Install it: pip install 'toposcope[parquet]'"
        ) from error
    colophon = Colophon()
    documents = colophon.watch(documents)
    empty = to_frame([])
    empty.attrs.clear()  # its provenance, of no documents, would become the file's
    schema = pa.Schema.from_pandas(empty, preserve_index=False)
    with pq.ParquetWriter(stream, schema) as out:
        while batch := list(islice(documents, _BATCH)):
            out.write_table(pa.Table.from_pandas(to_frame(batch), schema=schema, preserve_index=False))
        out.add_key_value_metadata({"toposcope": f"{colophon.line()}. {CREDIT}"})
