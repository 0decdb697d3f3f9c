import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from toposcope.geodesy import EARTH_RADIUS_KM, bounds, crosses_date_line, distance_km, unit_vectors, within_bbox

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


@given(points, points)
def test_distance_agrees_with_geopy(a, b):
    assert float(distance_km(*a, *b)) == pytest.approx(great_circle(a, b).km, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        pytest.param((0, 0), (0, 0), 0, id="null island"),
        pytest.param((0, 179.5), (0, -179.5), 111.195, id="date line"),
        pytest.param((0, -0.5), (0, 0.5), 111.195, id="greenwich"),
        pytest.param((90, 0), (90, 123), 0, id="pole"),
        pytest.param((90, 0), (-90, 0), np.pi * EARTH_RADIUS_KM, id="pole to pole"),
        pytest.param((0, 0), (0, 180), np.pi * EARTH_RADIUS_KM, id="antipodes"),
    ],
)
def test_distance_where_formulas_break(a, b, km):
    assert float(distance_km(*a, *b)) == pytest.approx(km, abs=1e-3)


def test_distance_broadcasts():
    assert distance_km([[0], [10]], [[0], [10]], [0, 10, 20], [0, 10, 20]).shape == (2, 3)


@given(points, points)
def test_chords_span_the_same_distance(a, b):
    u, v = unit_vectors([a[0], b[0]], [a[1], b[1]])
    assert np.linalg.norm(u) == pytest.approx(1)
    chord = min(2.0, float(np.linalg.norm(u - v)))
    assert 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2) == pytest.approx(float(distance_km(*a, *b)), abs=1e-2, rel=1e-5)


@given(st.lists(st.tuples(st.integers(-90, 90), st.integers(-180, 179)), min_size=1, max_size=12))
def test_bounds_hold_all_points_in_the_narrowest_box(some):
    lat, lon = zip(*some, strict=True)
    box = bounds(lat, lon)
    assert within_bbox(box, lat, lon).all()
    south, west, north, east = box
    assert (south, north) == (min(lat), max(lat))
    width = (east - west) % 360
    # No box that begins at another of the points is narrower.
    assert width == min(max((other - start) % 360 for other in lon) for start in lon)


@given(st.lists(points, min_size=1, max_size=5))
def test_bounds_hold_points_to_the_last_digit(some):
    lat, lon = zip(*some, strict=True)
    inside = within_bbox(bounds(lat, lon), lat, lon)
    assert all(inside | (np.array(lon) == 180))  # 180 is -180


def test_bounds_of_one_point_and_across_the_date_line():
    assert bounds([0], [0]) == (0, 0, 0, 0)
    assert bounds([-17, -14], [178, -171]) == (-17, 178, -14, -171)
    assert crosses_date_line((-17, 178, -14, -171))
    assert not crosses_date_line((-17, -171, -14, 178))


def test_within_bbox_takes_edges_and_the_far_side_of_the_date_line():
    fiji = (-21.0, 176.0, -12.0, -178.0)
    assert within_bbox(fiji, [-18, -18, -12, -18], [180, -180, 176, -178]).all()
    assert not within_bbox(fiji, [-18, -18, -11.9], [0, 175.9, 177]).any()
    assert within_bbox((0, 0, 0, 0), 0, 0)
