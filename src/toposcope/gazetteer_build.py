"""Rows → a gazetteer file.

Readers of sources yield :class:`PlaceRow` objects; :func:`build` writes them as one file in the layout that
:mod:`toposcope.gazetteer` reads. The same rows give the same bytes. The file appears whole or not at all.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from toposcope.errors import InputError
from toposcope.files import output_error, replacing
from toposcope.gazetteer import (
    ALIGNMENT,
    FORMAT_VERSION,
    INDEX_SECTIONS,
    MAGIC,
    Kind,
    NameType,
    capitalised,
    kind_of,
    settlement_extent_km,
)
from toposcope.geodesy import BBox
from toposcope.names import NORMALISER_VERSION, SKELETON_PREFIX, normalise, skeleton

__all__ = ["PlaceRow", "Source", "build"]

# Countries whose names reach English through a romanisation: their names get skeleton keys as well. Elsewhere
# a name has one Latin spelling, and a skeleton would only bring wrong answers.
_TRANSLITERATED = frozenset(
    "DZ MA TN LY EG SD SS SO DJ ER ET MR EH TD SA YE OM AE QA BH KW IQ SY LB JO PS IL IR AF PK TJ "
    "RU UA BY KZ KG UZ TM MN BG MK RS ME BA XK GR CY GE AM AZ IN BD NP LK BT MM TH LA KH".split()
)


@dataclass(slots=True)
class PlaceRow:
    """One place as a source gives it.

    Parameters
    ----------
    id, name, lat, lon, feature_class, feature_code, country_code, population, bbox, source
        As in :class:`toposcope.document.Place`; `source` is the label of a :class:`Source`.
    admin1, admin2 : str or None
        Names of the divisions it lies in. A division carries its own name.
    extent_km : float or None
        Radius of the circle that holds it; None lets a settlement's be guessed from its population.
    names : list of (str, NameType)
        Further names; the main name need not stand here.
    alternates : int
        How many alternate names the source lists, in whatever script: a measure of how well known it is.
    flags : int
        :class:`toposcope.gazetteer.PlaceFlag`.
    """

    id: str
    name: str
    lat: float
    lon: float
    feature_class: str
    feature_code: str
    country_code: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int = 0
    bbox: BBox | None = None
    extent_km: float | None = None
    source: str = ""
    names: list[tuple[str, NameType]] = field(default_factory=list)
    alternates: int = 0
    flags: int = 0

    @property
    def kind(self) -> Kind:
        """Its coarse class."""
        return kind_of(self.feature_class, self.feature_code)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from.

    Parameters
    ----------
    label : str
        What `source` of a place says: a package with its version, or ``"own"``.
    licence : str
        SPDX identifier.
    credit : str
        The line that maps and exports have to carry; empty where none is asked for.
    """

    label: str
    licence: str
    credit: str = ""


def build(
    rows: Iterable[PlaceRow],
    path: str | Path,
    *,
    name: str,
    sources: Sequence[Source],
    inputs_sha256: str = "",
    warnings: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write a gazetteer file.

    Parameters
    ----------
    rows : iterable of PlaceRow
        Each id once; in any order.
    path : str or Path
        The file to write; an existing one is replaced when the new one is complete.
    name : str
        Name of the gazetteer, shown in provenance lines.
    sources : sequence of Source
        All that rows refer to.
    inputs_sha256 : str, optional
        Hash of what the rows were made from, kept in the header to see whether a rebuild is due.
    warnings : sequence of str, optional
        What was found wanting in the inputs, kept in the header.
    progress : callable, optional
        Is given a line at every step.

    Raises
    ------
    InputError
        If a row's id comes twice, its point is off the globe, or its source is not listed.
    OutputError
        If the file cannot be written.
    """
    report = progress or _silent
    places = sorted(rows, key=_order)
    _check(places, {source.label for source in sources})
    report(f"{len(places):,} places")
    trie, sections = _index(places)
    report(f"{len(trie):,} keys, {len(sections['posting_place']):,} postings")
    sections = {"trie": np.frombuffer(trie.tobytes(), np.uint8), **sections, **_columns(places, sources)}
    header = {
        "format": FORMAT_VERSION,
        "normaliser": NORMALISER_VERSION,
        "name": name,
        "inputs_sha256": inputs_sha256,
        "warnings": list(warnings),
        "counts": {"places": len(places), "keys": len(trie), "postings": len(sections["posting_place"])},
        "sources": [asdict(source) for source in sources],
        "country_codes": _country_codes(places),
        "features": _features(places),
        "index_crc32": zlib.crc32(b"".join(sections[part].tobytes() for part in INDEX_SECTIONS)),
    }
    _write(Path(path), header, sections)
    report(f"wrote {Path(path).name}: {Path(path).stat().st_size / 1e6:.1f} MB")


def _silent(_: str) -> None:
    """Report nothing."""


def _order(row: PlaceRow) -> tuple[int, int, str]:
    """Ids of GeoNames first and by number: the reader finds both kinds by bisection."""
    scheme, _, number = row.id.partition(":")
    return (0, int(number), "") if scheme == "geonames" else (1, 0, row.id)


def _check(places: Sequence[PlaceRow], labels: set[str]) -> None:
    for before, row in zip([None, *places], places, strict=False):
        if before is not None and before.id == row.id:
            raise InputError(f"two places have the id {row.id!r}: {before.name!r} and {row.name!r}.", "Give one.")
        if not (-90 <= row.lat <= 90 and -180 <= row.lon <= 180):
            raise InputError(
                f"{row.name!r} ({row.id}) lies at lat {row.lat}, lon {row.lon}.",
                "Give lat from -90 to 90 and lon from -180 to 180, in degrees.",
            )
        if not normalise(row.name):
            raise InputError(f"the place {row.id} has no name: {row.name!r}.", "Give it one with a letter or digit.")
        if row.source not in labels:
            raise InputError(f"{row.name!r} ({row.id}) has the unknown source {row.source!r}.", "List the source.")


def _keyed_names(row: PlaceRow) -> dict[str, tuple[NameType, str]]:
    """Keys of a place, each with the best type and the spelling it stands for."""
    keyed: dict[str, tuple[NameType, str]] = {}

    def add(key: str, name_type: NameType, spelling: str) -> None:
        if key and (key not in keyed or name_type < keyed[key][0]):
            keyed[key] = (name_type, spelling)

    for name, name_type in ((row.name, NameType.PRIMARY), *row.names):
        key = normalise(name)
        add(key, name_type, name)
        if key.startswith("the "):
            add(key[4:], max(name_type, NameType.DERIVED), name)
    if row.country_code is None or row.country_code in _TRANSLITERATED:
        for name, name_type in ((row.name, NameType.PRIMARY), *row.names):
            if name_type <= NameType.ALTERNATE and (bones := skeleton(name)):
                add(SKELETON_PREFIX + bones, NameType.ALTERNATE, name)
    return keyed


def _index(places: Sequence[PlaceRow]) -> tuple[marisa_trie.Trie, dict[str, NDArray[Any]]]:
    """Make the trie of all keys, and the sections that lead from a key's number in the trie to places."""
    postings: dict[str, list[tuple[int, NameType, str]]] = {}
    for index, row in enumerate(places):
        for key, (name_type, spelling) in _keyed_names(row).items():
            postings.setdefault(key, []).append((index, name_type, spelling))
    keys = sorted(postings)
    trie = marisa_trie.Trie(keys)
    by_number = sorted(keys, key=trie.key_id)
    flat = [posting for key in by_number for posting in postings[key]]
    counts = [len(postings[key]) for key in by_number]
    implied = [capitalised(key) for key in by_number for _ in postings[key]]
    spelled = [
        (number, spelling)
        for number, (index, name_type, spelling) in enumerate(flat)
        if spelling != (places[index].name if name_type == NameType.PRIMARY else implied[number])
    ]
    return trie, {
        "key_start": np.array([0, *accumulate(counts)], "<i4"),
        "posting_place": np.array([index for index, _, _ in flat], "<i4"),
        "posting_type": np.array([name_type for _, name_type, _ in flat], "u1"),
        "spelled_posting": np.array([number for number, _ in spelled], "<i4"),
        **_strings("spelling", [spelling for _, spelling in spelled]),
    }


def _columns(places: Sequence[PlaceRow], sources: Sequence[Source]) -> dict[str, NDArray[Any]]:
    countries = {code: i for i, code in enumerate(_country_codes(places))}
    features = {feature: i for i, feature in enumerate(_features(places))}
    labels = {source.label: i for i, source in enumerate(sources)}
    admin1 = _numbered({_admin1(row) for row in places if row.admin1})
    admin2 = _numbered({_admin2(row) for row in places if row.admin2})
    areas = [(i, row.extent_km) for i, row in enumerate(places) if _extent_is_own(row)]
    boxes = [(i, row.bbox) for i, row in enumerate(places) if row.bbox is not None]
    geonames = [number for kind, number, _ in map(_order, places) if kind == 0]

    def column(dtype: str, value: Callable[[PlaceRow], Any]) -> NDArray[Any]:
        return np.array([value(row) for row in places], dtype)

    return {
        **_strings("name", [row.name for row in places]),
        "geonames_id": np.array(geonames, "<i4"),
        **_strings("other_id", [row.id for row in places[len(geonames) :]]),
        "lat_e5": column("<i4", lambda row: round(row.lat * 1e5)),
        "lon_e5": column("<i4", lambda row: round(row.lon * 1e5)),
        "kind": column("u1", lambda row: row.kind),
        "feature": column("u1", lambda row: features[f"{row.feature_class}.{row.feature_code}"]),
        "source": column("u1", lambda row: labels[row.source]),
        "country": column("<i2", lambda row: countries.get(row.country_code or "", -1)),
        # The whole world has under 4,000 of these, and room is tight.
        "admin1": column(
            "<i2" if len(admin1) < 2**15 else "<i4", lambda row: admin1[_admin1(row)] if row.admin1 else -1
        ),
        "admin2": column("<i4", lambda row: admin2[_admin2(row)] if row.admin2 else -1),
        "population": column("<u4", lambda row: min(row.population, 2**32 - 1)),
        "alternates": column("<u2", lambda row: min(row.alternates, 65535)),
        "flags": column("u1", lambda row: row.flags),
        **_strings("admin1_name", [key[-1] for key in admin1]),
        **_strings("admin2_name", [key[-1] for key in admin2]),
        "area_place": np.array([i for i, _ in areas], "<i4"),
        "area_extent_km": np.array([extent for _, extent in areas], "<f4"),
        "box_place": np.array([i for i, _ in boxes], "<i4"),
        "box": np.array([box for _, box in boxes], "<f4").reshape(-1, 4),
    }


def _extent_is_own(row: PlaceRow) -> bool:
    """Whether the extent has to be stored: a settlement's follows from its population."""
    return row.extent_km is not None and row.extent_km != settlement_extent_km(row.population)


def _admin1(row: PlaceRow) -> tuple[str, ...]:
    return row.country_code or "", row.admin1 or ""


def _admin2(row: PlaceRow) -> tuple[str, ...]:
    return row.country_code or "", row.admin1 or "", row.admin2 or ""


def _numbered(keys: set[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    return {key: number for number, key in enumerate(sorted(keys))}


def _country_codes(places: Sequence[PlaceRow]) -> list[str]:
    return sorted({row.country_code for row in places if row.country_code})


def _features(places: Sequence[PlaceRow]) -> list[str]:
    features = sorted({f"{row.feature_class}.{row.feature_code}" for row in places})
    if len(features) > 256:
        raise InputError(f"{len(features)} feature codes, 256 is the most.", "Use codes of GeoNames.")
    return features


def _strings(name: str, strings: Sequence[str]) -> dict[str, NDArray[Any]]:
    encoded = [string.encode() for string in strings]
    return {
        name + "_start": np.array([0, *accumulate(map(len, encoded))], "<u4"),
        name + "_text": np.frombuffer(b"".join(encoded), "u1"),
    }


def _write(path: Path, header: Mapping[str, Any], sections: Mapping[str, NDArray[Any]]) -> None:
    table: dict[str, Any] = {}
    digest = hashlib.sha256()
    body: list[bytes] = []
    size = 0
    for name, section in sections.items():
        content = section.tobytes()
        padded = content + bytes(-len(content) % ALIGNMENT)
        table[name] = {"offset": size, "size": len(content), "dtype": section.dtype.str, "shape": section.shape}
        size += len(padded)
        digest.update(padded)
        body.append(padded)
    full = {**header, "size": size, "sha256": digest.hexdigest(), "sections": table}
    text = json.dumps(full, ensure_ascii=False, sort_keys=True).encode()
    head = MAGIC + len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little") + text
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(str(path), error) from error
    with replacing(path) as file:
        file.writelines([head + bytes(-len(head) % ALIGNMENT), *body])
