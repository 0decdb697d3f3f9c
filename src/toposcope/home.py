"""Where texts are from: a hint that "Athens" in a Georgia paper is the one in Georgia.

Either a place that the user names, or the places that earlier articles of the same source were resolved to. Nothing
of it is used unless asked for.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from toposcope.document import Status, Toponym
from toposcope.gazetteer import Gazetteer, Kind

__all__ = ["FROM_SOURCE", "Home", "SourceHistory", "home_at", "source_key"]

#: The value of ``home=`` that asks for the history of each document's source.
FROM_SOURCE = "source"

_TOLD = 4.0  # who names a home is surer than any share of earlier texts; set by hand
_MOST_SOURCES = 1000  # those that were not seen for longest are forgotten
_MOST_PLACES = 200  # of one source at least, the commonest; twice as many at most


class Home(NamedTuple):
    """Places that texts of one origin tell of.

    Parameters
    ----------
    places : numpy.ndarray
        int32, indices in the gazetteer.
    shares : numpy.ndarray
        float32, the share of earlier texts that named each; more for a home that the user gave.
    """

    places: NDArray[np.int32]
    shares: NDArray[np.float32]


def home_at(index: int) -> Home:
    """The home that is one place of the gazetteer."""
    return Home(np.array([index], dtype=np.int32), np.full(1, _TOLD, dtype=np.float32))


def source_key(source: str | None) -> str | None:
    """What articles of one source have in common: the host of a URL, else the source as it stands.

    Examples
    --------
    >>> source_key("https://www.theparisnews.com/story/1"), source_key(" The Paris News"), source_key(None)
    ('theparisnews.com', 'The Paris News', None)
    """
    if source is None or not source.strip():
        return None
    try:
        host = urlsplit(source.strip()).hostname
    except ValueError:  # half an IPv6 address
        host = None
    return source.strip() if host is None else host.removeprefix("www.")


class SourceHistory:
    """What earlier texts of each source were resolved to; a bounded number of sources and places.

    Parameters
    ----------
    gazetteer : Gazetteer
        Where the places are.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: OrderedDict[str, tuple[int, Counter[int]]] = OrderedDict()
        self._lock = Lock()  # threads may share a parser

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            known = OrderedDict((key, (n_texts, counts.copy())) for key, (n_texts, counts) in self._known.items())
        return {"_gazetteer": self._gazetteer, "_known": known}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = Lock()

    def home(self, source: str | None) -> Home | None:
        """What is known of a source; None for one that is new."""
        with self._lock:
            n_texts, counts = self._known.get(source_key(source) or "", (0, Counter[int]()))
            found = sorted(counts.items())
        if not found:
            return None
        places, shares = zip(*found, strict=True)
        return Home(np.array(places, dtype=np.int32), np.array(shares, dtype=np.float32) / np.float32(n_texts))

    def add(self, source: str | None, toponyms: Iterable[Toponym]) -> None:
        """Remember what a text was resolved to: each place once, whatever is larger than a province left out."""
        key = source_key(source)
        if key is None:
            return
        ids = {t.place.id for t in toponyms if t.status is Status.RESOLVED and t.place is not None}
        found = (self._gazetteer.index_of(place) for place in sorted(ids))
        self.add_places(key, [i for i in found if i is not None])

    def add_places(self, key: str, places: Iterable[int]) -> None:
        """Remember the places of one text of a source, by their index."""
        with self._lock:
            n_texts, counts = self._known.get(key, (0, Counter[int]()))
            counts.update(i for i in places if self._gazetteer.kind[i] >= Kind.ADMIN1)
            if len(counts) > 2 * _MOST_PLACES:
                # The rarer half goes; the newest of equals stays, so that there is room for what comes up later.
                newest = {place: age for age, place in enumerate(counts)}
                kept = sorted(counts, key=lambda place: (-counts[place], -newest[place]))[:_MOST_PLACES]
                counts = Counter({place: counts[place] for place in sorted(kept, key=newest.__getitem__)})
            self._known[key] = n_texts + 1, counts
            self._known.move_to_end(key)
            if len(self._known) > _MOST_SOURCES:
                self._known.popitem(last=False)
