import io
import math
import re
from dataclasses import replace

import mgrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toposcope import writers
from toposcope.coordinates import WrittenPoint, angles, find_coordinates, grids, positions, toponym_of
from toposcope.document import Document, Role, Status
from toposcope.geodesy import distance_km
from toposcope.webmap.payload import article_data


def only(text: str) -> WrittenPoint:
    (point,) = find_coordinates(text)
    return point


DECIMAL, SEXAGESIMAL, MGRS, UTM = "decimal", "sexagesimal", "mgrs", "utm"


@pytest.mark.parametrize(
    ("written", "lat", "lon", "notation"),
    [
        pytest.param("32.1167, 20.0667", 32.1167, 20.0667, DECIMAL, id="bare"),
        pytest.param("−33.8688, 151.2093", -33.8688, 151.2093, DECIMAL, id="minus sign"),
        pytest.param("+32.1167; -20.0667", 32.1167, -20.0667, DECIMAL, id="signs and a semicolon"),
        pytest.param("32.1167°, 20.0667°", 32.1167, 20.0667, DECIMAL, id="bare with degree marks"),
        pytest.param("32.1167° N, 20.0667° E", 32.1167, 20.0667, DECIMAL, id="hemispheres after"),
        pytest.param("N 32.1167 E 20.0667", 32.1167, 20.0667, DECIMAL, id="hemispheres before"),
        pytest.param("32.1167N20.0667W", 32.1167, -20.0667, DECIMAL, id="without spaces"),
        pytest.param("25.5S 71.2W", -25.5, -71.2, DECIMAL, id="bulletin"),
        pytest.param("20.0667 E, 32.1167 N", 32.1167, 20.0667, DECIMAL, id="longitude first"),
        pytest.param("lat 32.1, lon 20.06", 32.1, 20.06, DECIMAL, id="labels"),
        pytest.param("latitude: -33.8688\nlongitude: 151.2093", -33.8688, 151.2093, DECIMAL, id="labels on two lines"),
        pytest.param('"lng":-20.06,"lat":32.1', 32.1, -20.06, DECIMAL, id="JSON"),
        pytest.param("Latitude 32.1167° N, Longitude 20.0667° E", 32.1167, 20.0667, DECIMAL, id="labels, hemispheres"),
        pytest.param("32° north latitude and 20° east longitude", 32, 20, DECIMAL, id="words"),
        pytest.param("0° N, 0° E", 0, 0, DECIMAL, id="zero is a latitude"),
        pytest.param("90° S, 180° W", -90, -180, DECIMAL, id="the ends of the Earth"),
        pytest.param("32°07′N 20°04′E", 32 + 7 / 60, 20 + 4 / 60, SEXAGESIMAL, id="primes"),
        pytest.param("32º07’30”N, 20º04’00”W", 32.125, -20 - 4 / 60, SEXAGESIMAL, id="quotes and an ordinal sign"),
        pytest.param("32° 07' 30'' N / 20° 04' 00'' E", 32.125, 20 + 4 / 60, SEXAGESIMAL, id="doubled apostrophes"),
        pytest.param("32 deg 7 min N, 20 deg 4 min E", 32 + 7 / 60, 20 + 4 / 60, SEXAGESIMAL, id="abbreviated words"),
        pytest.param("32d7m30sS 20d15m0sE", -32.125, 20.25, SEXAGESIMAL, id="letters"),
        pytest.param("lat. 32° 7′ N., long. 20° 4′ E", 32 + 7 / 60, 20 + 4 / 60, SEXAGESIMAL, id="an old book"),
        pytest.param("N 32° 07.500 E 020° 15.000", 32.125, 20.25, SEXAGESIMAL, id="decimal minutes"),
        pytest.param("60° N, 5°30′ W", 60, -5.5, SEXAGESIMAL, id="whole degrees beside minutes"),
        pytest.param("32 07 30 N, 20 15 00 E", 32.125, 20.25, SEXAGESIMAL, id="spaces"),
        pytest.param("32-07-30N 020-15-00W", 32.125, -20.25, SEXAGESIMAL, id="hyphens"),
        pytest.param("320730N 0201500E", 32.125, 20.25, SEXAGESIMAL, id="packed with seconds"),
        pytest.param("3215S02015W", -32.25, -20.25, SEXAGESIMAL, id="packed minutes"),
        # The squares' middles, as NGA's GEOTRANS 3.10 gives them.
        pytest.param("33S TR 12345 67890", 32.21083, 11.94822, MGRS, id="MGRS in groups"),
        pytest.param("36RUU8412345678", 30.23716, 31.79573, MGRS, id="MGRS in one piece"),
        pytest.param("33N 512345 3567890", 32.24762, 15.13106, UTM, id="UTM, hemisphere"),
        pytest.param("zone 33S 512345mE 3567890mN", 32.24762, 15.13106, UTM, id="UTM, band S lies north"),
        pytest.param("33S 512345 6567890", -31.02256, 15.12935, UTM, id="UTM, south"),
        pytest.param("zone 33 North, 512345 E, 3567890 N", 32.24762, 15.13106, UTM, id="UTM, words"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "The wreck ({}) is old.", "In 2011, at {} by 12 men", "found: {}."])
def test_found_where_they_stand(written: str, lat: float, lon: float, notation: str, around: str) -> None:
    text = around.format(written)
    point = only(text)
    assert text[point.start : point.end] == written
    assert (point.lat, point.lon) == pytest.approx((lat, lon), abs=6e-6)
    assert point.notation == notation


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("Lat/Lon: 32.117, 20.067", "32.117, 20.067", id="label of a pair"),
        pytest.param("https://maps.example/@32.1167,20.0667,15z", "32.1167,20.0667", id="map address"),
        pytest.param("https://maps.example/?q=32.1167,20.0667", "32.1167,20.0667", id="query"),
        pytest.param("geo:32.117,20.067", "32.117,20.067", id="geo address"),
        pytest.param("on 12 32°07′N 20°04′E", "32°07′N 20°04′E", id="a number before"),
        pytest.param("grid reference 33S TR 12 67", "33S TR 12 67", id="coarse square, announced"),
    ],
)
def test_in_its_surroundings(text: str, written: str) -> None:
    first = find_coordinates(text)[0]
    assert text[first.start : first.end] == written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("a track from 32°07′N 20°04′E to 33°07′N 21°04′E", 2, id="track"),
        pytest.param("32.1167, 20.0667\n33.1167, 21.0667\n34.1167, 22.0667\n", 3, id="one a line"),
        pytest.param("(32.117, 20.067), (33.117, 21.067) and (34.117, 22.067)", 3, id="in brackets"),
    ],
)
def test_several(text: str, number: int) -> None:
    assert len(find_coordinates(text)) == number


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It rose from $32.1167, 20.0667 before", id="price"),
        pytest.param("at 1.234, 5.678, and 9.876", id="list of three"),
        pytest.param("scores of 14.566, 15.033", id="marks of judges"),
        pytest.param("12.1234, 13.1234, 14.1234", id="list with four decimals"),
        pytest.param("[[12.1234, 13.1234],\n    14.1234, 15.1234,\n    16.1234]", id="a table of numbers"),
        pytest.param("12.1234, 13.1234 percent", id="percentages"),
        pytest.param("p = 3.0312, 4.0421", id="equation"),
        pytest.param("shares of 0.4312, 0.2421", id="shares"),
        pytest.param("32.11, 20.06", id="two decimals"),
        pytest.param("32.1167 20.0667", id="no comma"),
        pytest.param("[20.0667, 32.1167]", id="GeoJSON, longitude first"),
        pytest.param("POINT (20.0667 32.1167)", id="well-known text, longitude first"),
        pytest.param("version 3.11.7, 3.12.1", id="versions"),
        pytest.param("192.168.10.1, 192.168.10.2", id="network addresses"),
        pytest.param("10.12.2020, 11.12.2020", id="dates"),
        pytest.param("021.345.6789, 021.345.6780", id="phone numbers"),
        pytest.param("won 3-2, 10-9 on 1-2-34", id="scores of games"),
        pytest.param("40 N 80 W", id="street corner"),
        pytest.param("1200 E. Broad St. and 32 W. Bridge St.", id="streets"),
        pytest.param("latitude 40, longitude 74", id="which side of Greenwich"),
        pytest.param("lat 40° 12′, long 74° 30′", id="which side of Greenwich, minutes"),
        pytest.param("32.5°, 20.1°", id="temperatures"),
        pytest.param("32°C, 20°C", id="Celsius"),
        pytest.param("at 60° N", id="a parallel"),
        pytest.param("32°–34° N, 20°–22° E", id="a box"),
        pytest.param("between 32° and 34° N, 20° E", id="a stretch"),
        pytest.param("32°30′ to 34°30′ N, 20°30′ E", id="a stretch in minutes"),
        pytest.param("-32.1° N, 20.1° E", id="sign against hemisphere"),
        pytest.param("32.1° N, 33.1° N", id="two latitudes"),
        pytest.param("32.1167° N, 20.0667", id="half a hemisphere"),
        pytest.param("95.1234, 20.1234", id="no such latitude"),
        pytest.param("32.1234, 181.1234", id="no such longitude"),
        pytest.param("90°30′N 20°00′E", id="beyond the pole"),
        pytest.param("32°61′N 20°04′E", id="61 minutes"),
        pytest.param("32.5°07′N 20.5°04′E", id="fraction before minutes"),
        pytest.param("326130N 0200400E", id="packed, 61 minutes"),
        pytest.param("33TWR1234567890", id="MGRS, wrong band"),
        pytest.param("33SAA1234567890", id="MGRS, no such square"),
        pytest.param("61SWR1234567890", id="MGRS, no such zone"),
        pytest.param("33SWR123456789", id="MGRS, odd digits"),
        pytest.param("33swr1234567890", id="MGRS, small letters"),
        pytest.param("part 33SWR1234", id="MGRS, too short to be sure"),
        pytest.param("33SWR1234567890X", id="serial number"),
        pytest.param("33T 512345 3567890", id="UTM, wrong band"),
        pytest.param("33N 99999 3567890", id="UTM, short easting"),
        pytest.param("32.1167°\n\nN, 20.0667° E", id="blank line"),
    ],
)
def test_left_alone(text: str) -> None:
    assert find_coordinates(text) == []


# --- Any point, in each notation


def split(degrees: float, places: int) -> tuple[int, int, float]:
    """Degrees, minutes and seconds; rounding never gives 60."""
    units = round(abs(degrees) * 3600 * 10**places)
    minutes, seconds = divmod(units, 60 * 10**places)
    return minutes // 60, minutes % 60, seconds / 10**places


def sign_of(degrees: float, pair: str) -> str:
    return pair[degrees < 0]


def as_decimals(lat: float, lon: float) -> str:
    return f"{lat:.4f}, {lon:.4f}"


def as_hemispheres(lat: float, lon: float) -> str:
    return f"{abs(lat):.3f}° {sign_of(lat, 'NS')}, {abs(lon):.3f}° {sign_of(lon, 'EW')}"


def as_leading(lat: float, lon: float) -> str:
    return f"{sign_of(lat, 'NS')}{abs(lat):.5f} {sign_of(lon, 'EW')}{abs(lon):.5f}"


def as_labels(lat: float, lon: float) -> str:
    return f"lat={lat:.2f}, lon={lon:.2f}"


def as_minutes(lat: float, lon: float) -> str:
    (d, m), (e, n) = (divmod(round(abs(degrees) * 60_000), 60_000) for degrees in (lat, lon))
    return f"{sign_of(lat, 'NS')} {d}° {m / 1000:06.3f} {sign_of(lon, 'EW')} {e}° {n / 1000:06.3f}"


def as_seconds(lat: float, lon: float) -> str:
    (d, m, s), (e, n, t) = split(lat, 1), split(lon, 1)
    return f"{d}°{m:02}′{s:04.1f}″{sign_of(lat, 'NS')} {e}°{n:02}′{t:04.1f}″{sign_of(lon, 'EW')}"


def as_words(lat: float, lon: float) -> str:
    (d, m, s), (e, n, t) = split(lat, 0), split(lon, 0)
    north, east = ("south" if lat < 0 else "north"), ("west" if lon < 0 else "east")
    return f"{d} degrees {m} minutes {s:.0f} seconds {north}, {e} degrees {n} minutes {t:.0f} seconds {east}"


def as_packed(lat: float, lon: float) -> str:
    (d, m, s), (e, n, t) = split(lat, 0), split(lon, 0)
    return f"{d:02}{m:02}{s:02.0f}{sign_of(lat, 'NS')} {e:03}{n:02}{t:02.0f}{sign_of(lon, 'EW')}"


LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
NOTATIONS = [as_decimals, as_hemispheres, as_leading, as_labels, as_minutes, as_seconds, as_words, as_packed]


@pytest.mark.parametrize("write", NOTATIONS, ids=lambda write: write.__name__)
@given(lat=LATITUDES, lon=LONGITUDES)
@example(lat=0.0, lon=1.5)
@example(lat=-0.00001, lon=-179.99999)
@example(lat=89.99999, lon=180.0)
def test_a_point_is_found_within_its_precision(write, lat: float, lon: float) -> None:
    if write is as_decimals and abs(lat) < 1 and abs(lon) < 1:
        return  # open sea: shares look the same
    written = write(lat, lon)
    text = f"Seen at {written} by two."
    point = only(text)
    assert text[point.start : point.end] == written
    assert float(distance_km(lat, lon, point.lat, point.lon)) <= point.precision_km * 1.01 + 1e-4
    assert point.precision_km < 1


# Within a micrometre south of the equator GEOTRANS writes a square that it does not read.
OFF_THE_EQUATOR = st.floats(-79.9, 83.9).filter(lambda lat: not -1e-6 < lat < 0)


@given(lat=OFF_THE_EQUATOR, lon=LONGITUDES, places=st.integers(3, 5), groups=st.booleans())
def test_a_grid_reference_is_found_within_its_precision(lat: float, lon: float, places: int, groups: bool) -> None:
    code = mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=places)
    zone, square, digits = re.fullmatch(r"(\d+[A-Z])([A-Z]{2})(\d+)", code).groups()
    written = f"{zone} {square} {digits[:places]} {digits[places:]}" if groups else f"MGRS {code}"
    point = only(f"Seen at {written} by two.")
    assert point.notation == "mgrs"
    assert float(distance_km(lat, lon, point.lat, point.lon)) <= point.precision_km * 1.01


@given(lat=st.floats(-79.9, 83.9).filter(lambda lat: abs(lat) > 0.1), lon=LONGITUDES, words=st.booleans())
def test_utm_is_found_within_its_precision(lat: float, lon: float, words: bool) -> None:
    grid = mgrs.MGRS()
    code = grid.toMGRS(lat, lon)
    zone, hemisphere, easting, northing = grid.MGRSToUTM(code)
    half = {"N": "north", "S": "south"}[hemisphere] if words else re.match(r"\d+(.)", code)[1]
    written = f"zone {zone} {half} {int(easting)} E, {int(northing)} N"
    point = only(f"Seen at {written} by two.")
    assert point.notation == "utm"
    assert float(distance_km(lat, lon, point.lat, point.lon)) <= point.precision_km * 1.01


# --- Anything else


WORDS = "people of March km in $ the Nations Street East percent and at v No.".split()


@given(st.text())
@example("32.1167° N, 20.0667° ")
@example("٣٢.١١٦٧, ٢٠.٠٦٦٧")
@example("\ud800 1° N \x00")
def test_any_unicode(text: str) -> None:
    end = 0
    for point in find_coordinates(text):
        assert end <= point.start < point.end <= len(text)
        end = point.end


WRITTEN = (
    "3 32 20.5 20.0667 -20.0667 071 ° ° ′ ″ N S E W north west lat lon longitude: , ; . and by deg d 33S TR 1234 "
    "512345 3567890 12345678 3207N 02004E ( )"
).split()
SCRAPS = st.sampled_from([*WRITTEN, " ", " ", "\n"])


@given(st.lists(SCRAPS, max_size=14).map("".join))
@example("N 32.5 and E 20.5")
@example("32.5 north latitude,\n longitude 20.5 east")
def test_the_quick_look_passes_over_nothing(text: str) -> None:
    careful = [*angles.pairs(text), *angles.packed_pairs(text), *grids.grid_references(text)]
    assert bool(careful) == bool(find_coordinates(text))


NUMBERS = st.integers(0, 10**6).map(str) | st.floats(0, 1000).map("{:.2f}".format)


@given(st.lists(NUMBERS | st.sampled_from(WORDS), max_size=30))
def test_prose_with_numbers_holds_none(words: list[str]) -> None:
    assert find_coordinates(", ".join(words)) == []
    assert find_coordinates(" ".join(words)) == []


@pytest.mark.parametrize(
    "unit",
    ["1", "1 ", "1.", "1°", "N1", "32 07 30 ", "32°07′", "32.1167, ", "33STR1234 ", "33N 512345 ", "E 1 N ", "°N "],
)
def test_a_long_text_takes_linear_time(unit: str) -> None:
    # A pattern that gave back what it took would need hours: the run would not end.
    assert len(find_coordinates("1° N " + unit * (200_000 // len(unit)))) <= 20_000


# --- As toponyms


def document(text: str) -> Document:
    return Document(text, tuple(toponym_of(point, text) for point in find_coordinates(text)), id="wreck")


TEXT = "The wreck lies at 32°07′N 20°04′E, said the navy; the second one at (−33.8688, 151.2093)."


def test_a_point_is_a_resolved_toponym_of_its_own() -> None:
    toponym = document(TEXT).toponyms[0]
    place = toponym.place
    assert place is not None
    assert (toponym.status, toponym.role, toponym.score) == (Status.RESOLVED, Role.SCENE, 1.0)
    assert (place.id, place.name, place.source) == ("text:32.11667,20.06667", "32.12° N, 20.07° E", "text")
    assert (place.country_code, place.admin1, place.population, place.feature_class) == (None, None, 0, "")
    assert place.extent_km == pytest.approx(1.21, abs=0.01)
    assert toponym.best.level == "exact"


def test_the_same_point_in_two_notations_is_one_place() -> None:
    assert len(document("32.125, 20.25 is 32°07′30″N 20°15′00″E, or lat 32.125, lon 20.25").places) == 1


def test_no_point_is_at_minus_zero() -> None:
    place = document("at 0.0° S, 0.0° W").toponyms[0].place
    assert place.id == "text:0.00000,0.00000"
    assert place.name == "0.0° N, 0.0° E"
    assert math.copysign(1, place.lat) == 1


@given(lat=LATITUDES, lon=LONGITUDES)
def test_names_can_be_read_again(lat: float, lon: float) -> None:
    place = document(as_seconds(lat, lon)).toponyms[0].place
    again = only(place.name)
    assert float(distance_km(place.lat, place.lon, again.lat, again.lon)) <= place.extent_km


def test_latitudes_and_longitudes_for_other_names() -> None:
    lat, lon = positions(find_coordinates(TEXT))
    assert lat.tolist() == [32.1166667, -33.8688]
    assert lon.tolist() == [20.0666667, 151.2093]
    assert positions([]).shape == (2, 0)


@pytest.mark.parametrize("name", writers.FORMATS)
def test_every_format_takes_them(name: str) -> None:
    stream = io.BytesIO()
    writers.writer(name)([document(TEXT)], stream)
    assert "32.12° N, 20.07° E".encode() in stream.getvalue()


def test_json_gives_them_back() -> None:
    made = document(TEXT)
    assert Document.from_json(made.to_json()) == made


def test_frames_and_geojson_hold_them() -> None:
    frame = document(TEXT).to_frame()
    assert frame["place_id"].tolist() == ["text:32.11667,20.06667", "text:-33.86880,151.20930"]
    assert frame["country_code"].isna().all()
    feature = document(TEXT).to_geojson()["features"][1]
    assert feature["geometry"]["coordinates"] == [151.2093, -33.8688]
    assert feature["properties"]["source"] == "text"


def test_the_map_draws_them_as_points() -> None:
    made = document(TEXT)
    first, second = article_data(made, text="full", title="")["places"]
    assert (first["lat"], first["lon"], first["area"], first["word"]) == (32.11667, 20.06667, False, "coordinates")
    assert second["country"] is None
    assert "33.8688° S, 151.2093° E" in made.to_map().to_html()


def test_an_editor_may_move_one() -> None:
    made = document(TEXT)
    moved = replace(made.toponyms[0].place, lat=32.2)
    data = made.to_dict()
    data["toponyms"][0]["place"]["lat"] = moved.lat
    assert Document.from_dict(data).toponyms[0].fixed
