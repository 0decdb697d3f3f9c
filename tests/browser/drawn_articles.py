"""Documents made by hand for the map's tests: what a parser would find in short reports of our own writing.

A mention is written ``[name]``, ``[name|key]`` or ``[name|key|role]``; more words set what else is known:
``cue=…``, ``for=KEY`` (what an actor stands for), ``phrase=…``, ``fixed``, ``low`` (under the threshold),
``unknown``, ``failed``.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toposcope.document import Candidate, Document, Mention, Place, Provenance, Role, Status, Toponym

_MENTION = re.compile(r"\[([^\[\]|]+)(?:\|([^\[\]]*))?\]")

PROVENANCE = Provenance("0.1.0", "embedded", "5f2c" * 16, 0.5)


def place(
    place_id: str, name: str, lat: float, lon: float, feature: str, country: str | None = None, **more: Any
) -> Place:
    feature_class, feature_code = feature.split(".")
    return Place(place_id, name, lat, lon, feature_class, feature_code, country, source="made for a test", **more)


PLACES = {
    "Sirte": place(
        "geonames:2210554", "Sirte", 31.20892, 16.58866, "P.PPLA", "LY", admin1="Surt", population=106705, extent_km=8.0
    ),
    "Jufra": place(
        "icao:HL69", "Al Jufra Air Base", 29.1981, 16.001, "S.AIRB", "LY", admin1="Al Jufrah", extent_km=3.0
    ),
    "Jufrah": place("geonames:2212771", "Al Jufrah", 27.83, 17.33, "A.ADM1", "LY", extent_km=260.0),
    "Tripoli": place(
        "geonames:2210247",
        "Tripoli",
        32.88743,
        13.18733,
        "P.PPLC",
        "LY",
        admin1="Tripoli",
        population=1150989,
        extent_km=26.0,
    ),
    "Tripoli LB": place(
        "geonames:266826",
        "Tripoli",
        34.43352,
        35.84415,
        "P.PPLA",
        "LB",
        admin1="North Lebanon",
        population=229398,
        extent_km=11.0,
    ),
    "Tripoli GR": place(
        "geonames:252664",
        "Tripoli",
        37.50889,
        22.37944,
        "P.PPLA",
        "GR",
        admin1="Peloponnese",
        population=30400,
        extent_km=4.0,
    ),
    "Tobruk": place(
        "geonames:81302",
        "Tobruk",
        32.08361,
        23.97639,
        "P.PPLA",
        "LY",
        admin1="Al Butnan",
        population=121052,
        extent_km=8.0,
    ),
    "Benghazi": place(
        "geonames:88319",
        "Benghazi",
        32.11486,
        20.06859,
        "P.PPLA",
        "LY",
        admin1="Banghazi",
        population=650629,
        extent_km=20.0,
    ),
    "Misrata": place(
        "geonames:2214846",
        "Misrata",
        32.37535,
        15.09254,
        "P.PPLA",
        "LY",
        admin1="Misratah",
        population=386120,
        extent_km=15.0,
    ),
    "Brega": place(
        "geonames:88904", "Brega", 30.40615, 19.57386, "P.PPL", "LY", admin1="Al Wahat", population=13780, extent_km=3.0
    ),
    "Hun": place(
        "geonames:2217193",
        "Hun",
        29.12682,
        15.94772,
        "P.PPLA",
        "LY",
        admin1="Al Jufrah",
        population=30000,
        extent_km=4.0,
    ),
    "Hun HU": place("geonames:999001", "Hun", 46.5, 18.1, "P.PPL", "HU", population=300, extent_km=1.0),
    "Libya": place("geonames:2215636", "Libya", 28.0, 17.0, "A.PCLI", "LY", population=6678567, extent_km=1000.0),
    "Turkey": place("geonames:298795", "Türkiye", 39.0, 35.0, "A.PCLI", "TR", population=82319724, extent_km=850.0),
    "Russia": place("geonames:2017370", "Russia", 60.0, 100.0, "A.PCLI", "RU", population=144478050, extent_km=4000.0),
    "Egypt": place("geonames:357994", "Egypt", 27.0, 30.0, "A.PCLI", "EG", population=98423595, extent_km=750.0),
    "Syria": place("geonames:163843", "Syria", 35.0, 38.0, "A.PCLI", "SY", population=16906283, extent_km=400.0),
    "US": place(
        "geonames:6252001", "United States", 39.76, -98.5, "A.PCLI", "US", population=327167434, extent_km=2800.0
    ),
    "Ankara": place(
        "geonames:323786",
        "Ankara",
        39.91987,
        32.85427,
        "P.PPLC",
        "TR",
        admin1="Ankara",
        population=3517182,
        extent_km=40.0,
    ),
    "Moscow": place(
        "geonames:524901",
        "Moscow",
        55.75222,
        37.61556,
        "P.PPLC",
        "RU",
        admin1="Moscow",
        population=10381222,
        extent_km=40.0,
    ),
    "Cairo": place(
        "geonames:360630",
        "Cairo",
        30.06263,
        31.24967,
        "P.PPLC",
        "EG",
        admin1="Cairo",
        population=9606916,
        extent_km=40.0,
    ),
    "Mediterranean": place(
        "geonames:363196", "Mediterranean Sea", 35.0, 18.0, "H.SEA", bbox=(30.2, -5.6, 45.8, 36.2), extent_km=1900.0
    ),
    "Fezzan": place("geonames:2219235", "Fezzan", 26.5, 13.5, "L.RGN", "LY", extent_km=400.0),
    "Suva": place(
        "geonames:2198148",
        "Suva",
        -18.14161,
        178.44149,
        "P.PPLC",
        "FJ",
        admin1="Central",
        population=77366,
        extent_km=7.0,
    ),
    "Labasa": place(
        "geonames:2204582", "Labasa", -16.43, 179.36, "P.PPL", "FJ", admin1="Northern", population=27949, extent_km=4.0
    ),
    "Apia": place(
        "geonames:4035413",
        "Apia",
        -13.83333,
        -171.76666,
        "P.PPLC",
        "WS",
        admin1="Tuamasaga",
        population=40407,
        extent_km=5.0,
    ),
    "Pago Pago": place(
        "geonames:5881576", "Pago Pago", -14.27806, -170.7025, "P.PPLC", "AS", population=11500, extent_km=3.0
    ),
    "Nukualofa": place(
        "geonames:4032402", "Nuku‘alofa", -21.13938, -175.2018, "P.PPLC", "TO", population=22400, extent_km=4.0
    ),
    "Fiji": place("geonames:2205218", "Fiji", -18.0, 178.0, "A.PCLI", "FJ", population=883483, extent_km=250.0),
    "Samoa": place("geonames:4034894", "Samoa", -13.8, -172.13333, "A.PCLI", "WS", population=196130, extent_km=90.0),
    "Pacific": place("geonames:2363254", "South Pacific Ocean", -30.0, -150.0, "H.OCN", extent_km=6000.0),
}

#: Names that more than one place bears: best first, the others are what a parser would reject.
RIVALS = {
    "Tripoli": ["Tripoli LB", "Tripoli GR"],
    "Jufra": ["Jufrah"],
    "Hun": ["Hun HU"],
}


def article(marked: str, *, places: Mapping[str, Place] = PLACES, title: str | None = None, **more: Any) -> Document:
    """A document from marked text."""
    parts: list[str] = []
    toponyms: list[Toponym] = []
    length = written = 0
    for match in _MENTION.finditer(marked):
        before = marked[written : match.start()]
        name, words = match.group(1), (match.group(2) or "").split("|")
        parts += [before, name]
        start = length + len(before)
        length = start + len(name)
        written = match.end()
        toponyms.append(_toponym(Mention(name, start, length, 0.98, "demonym" in words), words, places))
    parts.append(marked[written:])
    return Document("".join(parts), tuple(toponyms), title=title, provenance=PROVENANCE, **more)


def _text(name: str) -> str:
    return (Path(__file__).parent / "texts" / f"{name}.txt").read_text(encoding="utf-8").strip()


def _toponym(mention: Mention, words: Sequence[str], places: Mapping[str, Place]) -> Toponym:
    known = dict(word.split("=", 1) for word in words if "=" in word)
    role = next((Role(word) for word in words if word in set(Role)), Role.SCENE)
    common = {
        "role": role,
        "role_score": 0.9,
        "role_cue": known.get("cue"),
        "phrase": known.get("phrase"),
        "stands_for": places[known["for"]].id if "for" in known else None,
    }
    for status in (Status.UNKNOWN, Status.FAILED):
        if status.value in words:
            return Toponym(mention, status, (), **common)
    key = words[0] or mention.text
    low = "low" in words
    rivals = RIVALS.get(key, []) if places is PLACES else [k for k in places if k.startswith(f"{key}~")]
    best = 0.41 if low else 0.97 - 0.09 * len(rivals)
    share = (1 - best) / (1 + len(rivals))
    evidence = {"population": 1.21, "same_country": 0.9, "distance": 0.34}
    candidates = [Candidate(places[key], places[key].name, "exact", best, evidence)]
    candidates += [
        Candidate(places[rival], places[rival].name, "exact", round(share * 0.8**i, 4), {"population": 0.4})
        for i, rival in enumerate(rivals)
    ]
    # What an actor stands for is known to the page only if it is a candidate somewhere: the parser adds it too.
    status = Status.AMBIGUOUS if low else Status.RESOLVED
    return Toponym(mention, status, tuple(candidates), fixed="fixed" in words, **common)


LIBYA = article(
    _text("libya"),
    title="Columns move on Sirte as talks on a truce stall",
    date="21 July 2026",
    source="Toposcope sample desk",
)

STORM = article(
    _text("storm"),
    title="Storm turns east across the date line",
    date="3 March 2026",
)

EMPTY = article("Nothing in this text is the name of a place.", title="A text without places")

_NULL = {"Null Island": place("toposcope:null", "Null Island", 0.0, 0.0, "T.ISL", extent_km=0.5)}
NULL_ISLAND = article("A buoy marks [Null Island].", places=_NULL, title="One place at (0, 0)")

_POLES = {
    "North Pole": place("toposcope:north-pole", "North Pole", 90.0, 0.0, "T.PK", extent_km=1.0),
    "South Pole": place("toposcope:south-pole", "South Pole", -90.0, 0.0, "S.STNB", extent_km=1.0),
    "Longyearbyen": place(
        "geonames:2729907", "Longyearbyen", 78.22334, 15.64689, "P.PPLC", "SJ", population=2060, extent_km=1.1
    ),
    "Arctic": place("geonames:2960860", "Arctic Ocean", 85.0, 170.0, "H.OCN", extent_km=2300.0),
}
POLES = article(
    "From [Longyearbyen] they skied to the [North Pole] over the [Arctic]; she went on to the [South Pole].",
    places=_POLES,
    title="Both poles",
)

COUNTRIES = article(
    "[Libya], [Egypt] and [Turkey] signed a fishing treaty for the [Mediterranean]; [Russia|Russia|actor] protested.",
    title="Countries alone",
)


def crowd(count: int) -> Document:
    """A text that names many places, spread over the globe without any chance in it."""
    places = {
        f"Town {i}": place(
            f"geonames:{900000 + i}",
            f"Town {i}",
            (i * 37 % 1200) / 10 - 58,
            (i * 101 % 3600) / 10 - 180,
            "P.PPL",
            "LY",
            extent_km=2.0,
        )
        for i in range(count)
    }
    return article(
        "\n\n".join(f"They came through [{name}] on the way." for name in places), places=places, title="A crowd"
    )
