"""Names → places: a gazetteer in one memory-mapped file.

Layout of the file (all numbers little-endian)::

    magic        16 bytes  "toposcope-gaz", line feed, NUL, NUL
    length       uint32    of the header
    checksum     uint32    CRC-32 of the header
    header       JSON      versions, sources, counts, table of sections, SHA-256 of all that follows
    sections     each at a multiple of 64 bytes behind the header

Keys (see :mod:`toposcope.names`) live in a marisa trie; key number → slice of postings; posting → place and
type of name; place → columns. Only the pages that a lookup touches are read from disk.
"""

import hashlib
import json
import math
import mmap
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import ArrayLike, NDArray

from toposcope import geodesy
from toposcope.document import Place
from toposcope.errors import GazetteerDamagedError, GazetteerError, GazetteerNotFoundError, GazetteerVersionError
from toposcope.names import NORMALISER_VERSION

__all__ = ["FORMAT_VERSION", "MAGIC", "Gazetteer", "Kind", "NameType", "PlaceFlag", "kind_of", "settlement_extent_km"]

#: First bytes of every gazetteer file.
MAGIC = b"toposcope-gaz\n\0\0"
#: Grows with every change to the layout that an older reader cannot read.
FORMAT_VERSION = 1
#: Sections begin at multiples of this, so that every number is aligned in memory.
ALIGNMENT = 64

#: Sections that lead from a name to a place: their checksum is looked at whenever a gazetteer is opened.
INDEX_SECTIONS = ("trie", "key_start", "posting_place")

_PLACES_KEPT = 2048


class NameType(IntEnum):
    """What a name is to its place; the lower, the closer."""

    PRIMARY = 0  #: its main name, or a name whose plain use means this place
    ALTERNATE = 1  #: another name, spelling or language
    DERIVED = 2  #: a main name without its generic: "Laurel" for Laurel County
    DEMONYM = 3  #: adjective or people: "Libyan"
    ABBREVIATION = 4  #: "Calif.", "UAE"


class Kind(IntEnum):
    """Coarse class of a place, a function of its GeoNames feature class and code."""

    CONTINENT = 0
    REGION = 1
    COUNTRY = 2
    ADMIN1 = 3
    ADMIN2 = 4  #: and all smaller divisions
    SETTLEMENT = 5
    AIRPORT = 6
    FACILITY = 7
    WATER = 8
    TERRAIN = 9


class PlaceFlag(IntFlag):
    """Facts about a place that are no numbers."""

    CAPITAL = 1  #: of its country
    DEFAULT_SENSE = 2  #: plain use of its primary names means it, though others are larger
    ADMIN1_SEAT = 4  #: of its first-order division


# Members of enumerations are slow to reach, and these are asked for with every name.
_DEFAULT_SENSE = np.uint8(PlaceFlag.DEFAULT_SENSE)
_PRIMARY = np.uint8(NameType.PRIMARY)

_AIRPORT_CODES = frozenset({"AIRP", "AIRB", "AIRF", "AIRH", "AIRS", "AIRQ"})
_TERRAIN_AREAS = frozenset({"PRK", "RESN", "RESF", "RESW", "RES", "RESH"})
_FACILITY_AREAS = frozenset({"PRT", "MILB", "NVB", "INDS", "OILF", "GASF", "MNA", "CMP", "BTL", "TRB"})


def kind_of(feature_class: str, feature_code: str) -> Kind:
    """Kind of a place with this GeoNames feature class and code.

    Examples
    --------
    >>> kind_of("P", "PPLC").name, kind_of("H", "SEA").name, kind_of("S", "AIRB").name
    ('SETTLEMENT', 'WATER', 'AIRPORT')
    """
    if feature_class == "A":
        if feature_code.startswith("PCL") or feature_code == "TERR":
            return Kind.COUNTRY
        return Kind.ADMIN1 if feature_code.startswith("ADM1") else Kind.ADMIN2
    if feature_class == "L":
        if feature_code == "CONT":
            return Kind.CONTINENT
        if feature_code in _TERRAIN_AREAS:
            return Kind.TERRAIN
        return Kind.FACILITY if feature_code in _FACILITY_AREAS else Kind.REGION
    if feature_class == "S":
        return Kind.AIRPORT if feature_code in _AIRPORT_CODES else Kind.FACILITY
    by_class = {"P": Kind.SETTLEMENT, "H": Kind.WATER, "T": Kind.TERRAIN, "V": Kind.TERRAIN, "U": Kind.TERRAIN}
    return by_class.get(feature_class, Kind.FACILITY)


def settlement_extent_km(population: int) -> float:
    """Radius of the circle that holds a settlement, guessed from its population.

    Built-up area grows about in proportion to population; 0.0245 km is fitted so that Sirte (106,705) has 8.0 km.
    Never under 1 km nor over 40 km, the radius of the largest urban areas.
    """
    return min(40.0, max(1.0, round(0.0245 * math.sqrt(population), 1)))


class Gazetteer:
    """An open gazetteer.

    Opening checks magic, versions, the size of the file and the checksum of the index, that is what leads from names
    to places (a damaged trie could crash the interpreter); :meth:`verify` checks every byte. Pickles as its path.

    Parameters
    ----------
    path : str or Path
        A gazetteer file.

    Attributes
    ----------
    posting_place : numpy.ndarray
        int32, place of each posting; a place has at most one posting a key, with the best type.
    posting_type : numpy.ndarray
        uint8, :class:`NameType` of each posting.
    kind, country, admin1, admin2, population, alternates, flags : numpy.ndarray
        A column each, one entry a place: :class:`Kind` (uint8); number of its country (int16), of its first-order
        division (int16, or int32 where there are many) and of its second-order division (int32), -1 for none, unique
        over the world; inhabitants (uint32); number of
        alternate names its source lists (uint16); :class:`PlaceFlag` (uint8).

    Raises
    ------
    GazetteerNotFoundError
        If there is no such file.
    GazetteerDamagedError
        If it is not a gazetteer, was cut short or altered.
    GazetteerVersionError
        If it was built for another format or by another name normaliser.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()  # it pickles as its path, and may be opened from another folder
        self._buffer = _mapped(self.path)
        try:
            self.header, self._base = _read_header(self._buffer, self.path)
            self._open()
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            if isinstance(error, GazetteerError):
                raise
            raise _damaged(self.path, f"its parts do not fit together ({error})") from error

    def _open(self) -> None:
        """Lay views on the sections; nothing is read but what the checksum covers."""
        self._check_index()
        self.name: str = self.header["name"]
        self.hash: str = self.header["sha256"]
        self.country_codes: list[str] = self.header["country_codes"]
        self._features = [tuple(feature.split(".", 1)) for feature in self.header["features"]]
        self._sources: list[str] = [source["label"] for source in self.header["sources"]]
        self._country_numbers = {code: i for i, code in enumerate(self.country_codes)}

        start, size = self._span("trie")
        self._trie = marisa_trie.Trie()
        self._trie.map(memoryview(self._buffer)[start : start + size])
        self._key_start: NDArray[np.int32] = self._section("key_start")
        self.posting_place: NDArray[np.int32] = self._section("posting_place")
        self.posting_type: NDArray[np.uint8] = self._section("posting_type")
        self._spelled: NDArray[np.int32] = self._section("spelled_posting")
        self._spellings = self._strings("spelling")
        self._names = self._strings("name")
        self._geonames: NDArray[np.int32] = self._section("geonames_id")
        self._other_ids = self._strings("other_id")
        self._lat_e5: NDArray[np.int32] = self._section("lat_e5")
        self._lon_e5: NDArray[np.int32] = self._section("lon_e5")
        self._feature: NDArray[np.uint8] = self._section("feature")
        self._source: NDArray[np.uint8] = self._section("source")
        self.kind: NDArray[np.uint8] = self._section("kind")
        self.country: NDArray[np.int16] = self._section("country")
        self.admin1: NDArray[np.int16 | np.int32] = self._section("admin1")
        self.admin2: NDArray[np.int32] = self._section("admin2")
        self.population: NDArray[np.uint32] = self._section("population")
        self.alternates: NDArray[np.uint16] = self._section("alternates")
        self.flags: NDArray[np.uint8] = self._section("flags")
        self._admin1_names = self._strings("admin1_name")
        self._admin2_names = self._strings("admin2_name")
        self._area_place: NDArray[np.int32] = self._section("area_place")
        self._area_extent_km: NDArray[np.float32] = self._section("area_extent_km")
        self._box_place: NDArray[np.int32] = self._section("box_place")
        self._box: NDArray[np.float32] = self._section("box")
        self._lat_lon: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._places: dict[int, Place] = {}

    def __len__(self) -> int:
        """Count of places."""
        return len(self.kind)

    def __contains__(self, key: object) -> bool:
        """Whether any place stands under a normalised key."""
        return isinstance(key, str) and len(self.postings(key)) > 0

    def __repr__(self) -> str:
        return f"<Gazetteer {self.name!r}: {len(self):,} places, {len(self._trie):,} keys>"

    def __reduce__(self) -> tuple[type["Gazetteer"], tuple[Path]]:
        return Gazetteer, (self.path,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Gazetteer) and (self.path, self.hash) == (other.path, other.hash)

    def __hash__(self) -> int:
        return hash((self.path, self.hash))

    @property
    def lat(self) -> NDArray[np.float32]:
        """Latitudes, degrees, one a place; made when first asked for."""
        return self._points()[0]

    @property
    def lon(self) -> NDArray[np.float32]:
        """Longitudes, degrees, one a place; made when first asked for."""
        return self._points()[1]

    def postings(self, key: str) -> range:
        """Postings of a key.

        Parameters
        ----------
        key : str
            What :func:`toposcope.names.normalise` or :func:`toposcope.names.variants` gave.

        Returns
        -------
        range
            Numbers of postings, empty for an unknown key.
        """
        try:
            number = self._trie.get(key)
        except UnicodeEncodeError:  # a lone surrogate is no part of any name
            return range(0)
        if number is None:
            return range(0)
        return range(int(self._key_start[number]), int(self._key_start[number + 1]))

    def matched_name(self, posting: int) -> str:
        """The name in the gazetteer that a posting stands for, as it is spelled there."""
        # A number of the column's own type: another would have the whole column converted.
        i = int(self._spelled.searchsorted(np.int32(posting)))
        if i < len(self._spelled) and self._spelled[i] == posting:
            return self._spellings[i]
        if self.posting_type[posting] == NameType.PRIMARY:
            return self._names[int(self.posting_place[posting])]
        # The rest is spelled as its key with capitals: it is not stored twice.
        number = int(self._key_start.searchsorted(np.int32(posting), side="right")) - 1
        return capitalised(self._trie.restore_key(number))

    def place(self, index: int) -> Place:
        """Make the :class:`Place` of an index; some of the last are kept."""
        place = self._places.get(index)
        if place is None:
            if len(self._places) >= _PLACES_KEPT:
                self._places.clear()
            if not 0 <= index < len(self):
                raise IndexError(f"there is no place {index} among {len(self)}")
            try:
                place = self._places[index] = self._make_place(index)
            except IndexError as error:
                raise _damaged(self.path, f"its place {index} cannot be read ({error})") from error
        return place

    def index_of(self, place_id: str) -> int | None:
        """Index of a place by its id; None if the gazetteer does not hold it."""
        scheme, _, number = place_id.partition(":")
        if scheme == "geonames":
            if not number.isdecimal() or len(number) > 10:
                return None
            i = bisect_left(self._geonames, int(number))
            return i if i < len(self._geonames) and self._geonames[i] == int(number) else None
        i = bisect_left(self._other_ids, place_id)
        if i < len(self._other_ids) and self._other_ids[i] == place_id:
            return len(self._geonames) + i
        return None

    def country_index(self, country_code: str) -> int:
        """Number used for a country in `country`; -1 if no place lies in it."""
        return self._country_numbers.get(country_code, -1)

    def is_default_sense(self, places: NDArray[np.int32], types: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Whether plain use of a name means just this place, though others of that name may be larger.

        Parameters
        ----------
        places, types : numpy.ndarray
            Places and the types of the names they are found by; of one shape.
        """
        flagged = (self.flags[places] & _DEFAULT_SENSE) != 0
        default: NDArray[np.bool_] = flagged & (types == _PRIMARY)
        return default

    def unit_vectors(self, indices: ArrayLike) -> NDArray[np.float32]:
        """Points of some places on the unit sphere.

        Parameters
        ----------
        indices : array_like
            Places, shape (n,).

        Returns
        -------
        numpy.ndarray
            float32, shape (n, 3).
        """
        rows = np.asarray(indices)
        return geodesy.unit_vectors(self._lat_e5[rows] / 1e5, self._lon_e5[rows] / 1e5).astype(np.float32)

    def verify(self) -> None:
        """Check every byte.

        Raises
        ------
        GazetteerDamagedError
            If any byte differs from what was built.
        """
        if hashlib.sha256(memoryview(self._buffer)[self._base :]).hexdigest() != self.hash:
            raise _damaged(self.path, "its content does not fit its SHA-256")

    def _points(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if self._lat_lon is None:
            self._lat_lon = (self._lat_e5 / 1e5).astype(np.float32), (self._lon_e5 / 1e5).astype(np.float32)
        return self._lat_lon

    def _make_place(self, index: int) -> Place:
        feature_class, feature_code = self._features[self._feature[index]]
        country, admin1, admin2 = int(self.country[index]), int(self.admin1[index]), int(self.admin2[index])
        population = int(self.population[index])
        geonames = len(self._geonames)
        area, box = _position(self._area_place, index), _position(self._box_place, index)
        if area is not None:
            extent_km = round(float(self._area_extent_km[area]), 3)
        else:
            extent_km = settlement_extent_km(population)
        south, west, north, east = (round(float(x), 4) for x in self._box[box]) if box is not None else (0.0,) * 4
        return Place(
            id=f"geonames:{self._geonames[index]}" if index < geonames else self._other_ids[index - geonames],
            name=self._names[index],
            lat=int(self._lat_e5[index]) / 1e5,
            lon=int(self._lon_e5[index]) / 1e5,
            feature_class=feature_class,
            feature_code=feature_code,
            country_code=self.country_codes[country] if country >= 0 else None,
            admin1=self._admin1_names[admin1] if admin1 >= 0 else None,
            admin2=self._admin2_names[admin2] if admin2 >= 0 else None,
            population=population,
            bbox=(south, west, north, east) if box is not None else None,
            extent_km=extent_km,
            source=self._sources[self._source[index]],
        )

    def _check_index(self) -> None:
        checksum = 0
        for name in INDEX_SECTIONS:
            start, size = self._span(name)
            checksum = zlib.crc32(memoryview(self._buffer)[start : start + size], checksum)
        if checksum != self.header["index_crc32"]:
            raise _damaged(self.path, "its index does not fit its checksum")

    def _span(self, name: str) -> tuple[int, int]:
        entry = self.header["sections"][name]
        return self._base + int(entry["offset"]), int(entry["size"])

    def _section(self, name: str) -> NDArray[Any]:
        entry = self.header["sections"][name]
        start, size = self._span(name)
        dtype = np.dtype(entry["dtype"])
        column = np.frombuffer(self._buffer, dtype, count=size // dtype.itemsize, offset=start)
        return column.reshape(entry["shape"])

    def _strings(self, name: str) -> "Strings":
        start, size = self._span(name + "_text")
        return Strings(self._section(name + "_start"), memoryview(self._buffer)[start : start + size])


class Strings:
    """A column of strings: their ends in one array, their UTF-8 in one buffer.

    Parameters
    ----------
    start : numpy.ndarray
        uint32, n + 1 offsets.
    text : memoryview
        UTF-8 of all of them.
    """

    def __init__(self, start: NDArray[np.uint32], text: memoryview) -> None:
        self._start = start
        self._text = text

    def __len__(self) -> int:
        return len(self._start) - 1

    def __getitem__(self, index: int) -> str:
        return str(self._text[self._start[index] : self._start[index + 1]], "utf-8", "replace")


def capitalised(key: str) -> str:
    """A key with a capital at the start of every word: how most names are spelled."""
    return " ".join(word[:1].upper() + word[1:] for word in key.split(" "))


def _position(column: NDArray[np.int32], value: int) -> int | None:
    i = bisect_left(column, value)
    return i if i < len(column) and column[i] == value else None


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise GazetteerNotFoundError(f"there is no gazetteer file {str(path)!r}.", "Check the path.") from None
    except ValueError:  # an empty file cannot be mapped
        raise _damaged(path, "it is empty") from None
    except OSError as error:
        raise GazetteerNotFoundError(
            f"the gazetteer {str(path)!r} cannot be read: {error.strerror}.", "Give the path of a readable file."
        ) from error


def _read_header(buffer: mmap.mmap, path: Path) -> tuple[Mapping[str, Any], int]:
    """Header and the offset at which sections begin, or the error that says what is wrong."""
    start = len(MAGIC) + 8
    if buffer[: len(MAGIC)] != MAGIC:
        raise GazetteerDamagedError(
            f"{str(path)!r} is not a gazetteer.", "Give a file made by: toposcope gazetteer build."
        )
    length = int.from_bytes(buffer[len(MAGIC) : len(MAGIC) + 4], "little")
    text = buffer[start : start + length]
    if len(text) != length or zlib.crc32(text) != int.from_bytes(buffer[len(MAGIC) + 4 : start], "little"):
        raise _damaged(path, "its header does not fit its checksum")
    if not text:
        raise _damaged(path, "it has no header")
    header: Mapping[str, Any] = json.loads(text)
    if header["format"] != FORMAT_VERSION:
        raise _other_version(path, f"has format {header['format']}, this version of toposcope reads {FORMAT_VERSION}")
    if header["normaliser"] != NORMALISER_VERSION:
        raise _other_version(
            path, f"was built with name normaliser {header['normaliser']}, this version has {NORMALISER_VERSION}"
        )
    base = -(-(start + length) // ALIGNMENT) * ALIGNMENT
    if len(buffer) != base + header["size"]:
        raise _damaged(path, f"it has {len(buffer):,} bytes, expected {base + header['size']:,}")
    return header, base


def _remedy(path: Path) -> str:
    if path.name == "embedded.gazetteer":
        return "Install toposcope again."
    return "Build it again with: toposcope gazetteer build."


def _damaged(path: Path, what: str) -> GazetteerDamagedError:
    return GazetteerDamagedError(f"the gazetteer {str(path)!r} is damaged: {what}.", _remedy(path))


def _other_version(path: Path, what: str) -> GazetteerVersionError:
    return GazetteerVersionError(f"the gazetteer {str(path)!r} {what}.", _remedy(path))
