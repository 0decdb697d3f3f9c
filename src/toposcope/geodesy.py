"""Distances and bounds on the sphere, in kilometres and WGS 84 degrees.

The sphere has the mean Earth radius of the IUGG, so that distances agree with
``geopy.distance.great_circle`` to a few parts in ten million.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EARTH_RADIUS_KM", "BBox", "bounds", "crosses_date_line", "distance_km", "unit_vectors", "within_bbox"]

#: Mean Earth radius R1 of the International Union of Geodesy and Geophysics, in km.
EARTH_RADIUS_KM = 6371.0088

#: (south, west, north, east) in degrees; west > east where the box crosses the date line (RFC 7946).
BBox: TypeAlias = tuple[float, float, float, float]


def distance_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance by the haversine formula.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : array_like
        Degrees; broadcast against each other.

    Returns
    -------
    numpy.ndarray
        Kilometres, of the broadcast shape.

    Examples
    --------
    >>> float(distance_km(0, 0, 0, 1).round(1))
    111.2
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_dphi = (phi2 - phi1) / 2
    half_dlambda = np.radians(np.subtract(lon2, lon1)) / 2
    h = np.sin(half_dphi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_dlambda) ** 2
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return distance


def unit_vectors(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Points on the unit sphere.

    Parameters
    ----------
    lat, lon : array_like
        Degrees, of one shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n, 3). The chord c between two of them spans 2 * EARTH_RADIUS_KM * arcsin(c / 2) km.
    """
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def bounds(lat: ArrayLike, lon: ArrayLike) -> BBox:
    """Smallest box around points, across the date line where that is smaller.

    Parameters
    ----------
    lat, lon : array_like
        Degrees; at least one point.

    Returns
    -------
    tuple of float
        (south, west, north, east); west > east where the box crosses the date line.

    Examples
    --------
    >>> bounds([-17, -14], [178, -171])
    (-17.0, 178.0, -14.0, -171.0)
    """
    lats = np.asarray(lat, dtype=float)
    lons = np.asarray(lon, dtype=float)
    # Only what lies outside is wrapped: the sum would move the others by a rounding error, out of their own box.
    lons = np.unique(np.where((lons >= -180) & (lons < 180), lons, (lons + 180) % 360 - 180))
    # The box is the circle of longitudes less its widest gap.
    gaps = np.diff(np.append(lons, lons[0] + 360))
    widest = int(np.argmax(gaps))
    west, east = lons[(widest + 1) % len(lons)], lons[widest]
    return float(lats.min()), float(west), float(lats.max()), float(east)


def crosses_date_line(bbox: BBox) -> bool:
    """Whether a box runs across the 180th meridian."""
    _, west, _, east = bbox
    return west > east


def within_bbox(bbox: BBox, lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Which points lie in a box, its edges included.

    Parameters
    ----------
    bbox : tuple of float
        (south, west, north, east).
    lat, lon : array_like
        Degrees.

    Returns
    -------
    numpy.ndarray
        Booleans of the points' shape.
    """
    south, west, north, east = bbox
    lats, lons = np.asarray(lat), np.asarray(lon)
    between = (lons >= west) | (lons <= east) if west > east else (lons >= west) & (lons <= east)
    inside: NDArray[np.bool_] = (lats >= south) & (lats <= north) & between
    return inside
