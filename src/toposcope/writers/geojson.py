"""GeoJSON (RFC 7946): one feature per toponym with a place.

Geometries are points. What a point must not hide stands in its properties: ``extent_km``, ``bbox``
(south, west, north, east, as everywhere in Toposcope) and the feature class, so that a map maker
can draw a country as an area. Toponyms without a place are listed in ``unplaced``.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from toposcope.document import Document, Toponym
from toposcope.frames import COLUMNS, rows
from toposcope.geodesy import bounds
from toposcope.provenance import CREDIT, provenance_line
from toposcope.writers import text_stream

__all__ = ["to_geojson", "write"]


def to_geojson(documents: Iterable[Document]) -> dict[str, Any]:
    """Documents as one FeatureCollection.

    Parameters
    ----------
    documents : iterable of Document
        In any number.

    Returns
    -------
    dict
        With the foreign members ``documents`` (id, title, date, source and the text's SHA-256),
        ``unplaced``, ``provenance`` and ``credit``. Its ``bbox`` is [west, south, east, north],
        west > east across the date line, and is missing where there is no feature.
    """
    documents = list(documents)
    features: list[dict[str, Any]] = []
    unplaced: list[dict[str, Any]] = []
    for document in documents:
        for toponym, row in zip(document.toponyms, rows(document), strict=True):
            cells = dict(zip(COLUMNS, row, strict=True))
            if toponym.place is None:
                unplaced.append({key: cells[key] for key in ("document", "start", "end", "text", "role", "status")})
            else:
                features.append(_feature(toponym, cells))
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if features:
        points = [feature["geometry"]["coordinates"] for feature in features]
        south, west, north, east = bounds([lat for _, lat in points], [lon for lon, _ in points])
        collection["bbox"] = [west, south, east, north]
    return collection | {
        "features": features,
        "unplaced": unplaced,
        "documents": [
            {"id": d.id, "title": d.title, "date": d.date, "source": d.source, "text_sha256": d.text_sha256}
            for d in documents
        ],
        "provenance": provenance_line(documents),
        "credit": CREDIT,
    }


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write a FeatureCollection, a feature a line so that differences read well.

    Parameters
    ----------
    documents : iterable of Document
        Held in memory: the bounding box comes first.
    stream : binary file
        Left open.
    """
    collection = to_geojson(documents)
    with text_stream(stream) as text:
        text.write("{\n")
        for number, (key, value) in enumerate(collection.items()):
            comma = ",\n" if number else ""
            if isinstance(value, list) and key != "bbox":
                lines = ",\n".join(_json(item) for item in value)
                text.write(f'{comma}"{key}": [\n{lines}\n]' if value else f'{comma}"{key}": []')
            else:
                text.write(f'{comma}"{key}": {_json(value)}')
        text.write("\n}\n")


def _feature(toponym: Toponym, cells: dict[str, Any]) -> dict[str, Any]:
    lat, lon = cells.pop("lat"), cells.pop("lon")
    bbox = None if toponym.place is None or toponym.place.bbox is None else list(toponym.place.bbox)
    more = {"bbox": bbox, "phrase": toponym.phrase, "stands_for": toponym.stands_for, "fixed": toponym.fixed}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": cells | more,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
