"""Parquet: the frame's columns and dtypes, with provenance in the file's own metadata."""

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from toposcope.document import Document
from toposcope.errors import MissingExtraError
from toposcope.frames import to_frame
from toposcope.provenance import CREDIT, provenance_line

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
    documents = iter(documents)
    schema = pa.Schema.from_pandas(to_frame([]), preserve_index=False)
    noted: list[Document] = []
    with pq.ParquetWriter(stream, schema) as out:
        while batch := list(islice(documents, _BATCH)):
            out.write_table(pa.Table.from_pandas(to_frame(batch), schema=schema, preserve_index=False))
            noted += batch
        out.add_key_value_metadata({"toposcope": f"{provenance_line(noted)}. {CREDIT}"})
