"""The page as HTML: constant scripts, one packed block of data, and a policy that lets nothing else run."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as _escape
from typing import Any

from toposcope._version import __version__
from toposcope.countries import country_name
from toposcope.document import Document
from toposcope.webmap import assets, basemap
from toposcope.webmap.excerpts import TextMode
from toposcope.webmap.kinds import describe
from toposcope.webmap.payload import article_data, pack

__all__ = ["Layers", "escape", "render_page", "toponym_table"]

#: Without JavaScript a page shows a text as it is, up to this length; of a longer one its beginning, or a book would
#: stand in the page twice.
LONGEST_FALLBACK = 15_000
#: Rows of the table for readers without JavaScript.
MOST_ROWS = 500

_HOLE = re.compile(r"\[\[(\w+)\]\]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"""\b(?:src|href)\s*=\s*["']?(https://[^"'\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layers:
    """What folium rendered for layers that a user added, and vouches for.

    Parameters
    ----------
    header, html, script : str
        As folium's ``Figure`` collects them.
    """

    header: str = ""
    html: str = ""
    script: str = ""


def escape(text: str) -> str:
    """Text for HTML, in content and in attributes.

    Control characters and lone surrogates, which HTML cannot hold, become U+FFFD. Marks that turn the
    direction of writing go: they would turn what stands around them as well.
    """
    return _escape(_BIDI_CONTROL.sub("", _UNPRINTABLE.sub("\ufffd", text)), quote=True)


def render_page(
    document: Document,
    *,
    text: TextMode,
    title: str,
    map_id: str,
    map_options: Mapping[str, Any],
    map_view: Mapping[str, Any] | None,
    layers: Layers | None,
) -> str:
    """The whole page.

    Parameters
    ----------
    document : Document
        What to draw.
    text : {"full", "sentences", "none"}
        How much of its text to embed.
    title : str
        Heading and window title.
    map_id : str
        Id of the map's element, and name of the map for users' layers.
    map_options : mapping
        Options for Leaflet's map.
    map_view : mapping or None
        ``{"location": [lat, lon], "zoom": z}`` instead of the story's own view.
    layers : Layers or None
        Users' layers, which are then let through the policy.
    """
    data = article_data(document, text=text, title=title)
    view = "" if map_view is None else f' data-view="{escape(json.dumps(map_view))}"'
    parts = {
        "policy": escape(_policy(layers)),
        "generator": escape(f"Toposcope {__version__}"),
        "title": escape(title),
        "styles": _styles(layers),
        "map_id": escape(map_id),
        "map_options": escape(json.dumps(map_options, sort_keys=True)),
        "map_view": view,
        "byline": _byline(document),
        "fallback": _fallback(document, data["text"]),
        "noscript": assets.noscript_style(),
        "world": basemap.packed(),
        "article": pack(data),
        "scripts": "\n".join(f"<script>{source}</script>" for source in assets.script()),
        "layers": "" if layers is None else f"{layers.html}\n<script>{layers.script}</script>",
    }
    # One pass over the constant template: what is filled in is never looked at again.
    return _HOLE.sub(lambda hole: parts[hole.group(1)], assets.template())


def toponym_table(document: Document, *, most: int = MOST_ROWS) -> str:
    """The toponyms as an HTML table, for where no program runs."""
    rows = []
    for toponym in document.toponyms[:most]:
        place = toponym.place
        cells = (
            toponym.mention.text,
            toponym.role.value,
            "—" if place is None else ", ".join(n for n in (place.name, country_name(place.country_code)) if n),
            "—" if place is None else describe(place),
            "—" if place is None else f"{place.lat:.4f}, {place.lon:.4f}",
            toponym.status.value if toponym.score is None else f"{toponym.score:.2f} {toponym.status.value}",
        )
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Name", "Role", "Place", "Kind", "Latitude, longitude", "Score")
    )
    left_out = len(document.toponyms) - len(rows)
    more = f"<p>and {left_out} more.</p>" if left_out > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"


def _byline(document: Document) -> str:
    known = " · ".join(part for part in (document.date, document.source) if part)
    return f'<p class="byline">{escape(known)}</p>' if known else ""


def _fallback(document: Document, text: str | None) -> str:
    """What stands for text and map where no program runs: the text that the page carries, and the table."""
    shown = ""
    if text:
        rest = "<p>The text goes on; all of it is shown with JavaScript.</p>" if len(text) > LONGEST_FALLBACK else ""
        shown = f'<div class="fallback">{escape(text[:LONGEST_FALLBACK])}</div>{rest}'
    note = "<p>The map needs JavaScript. These are the places that were found:</p>"
    return f'<noscript>{shown}{note}<div class="wide">{toponym_table(document)}</div></noscript>'


def _styles(layers: Layers | None) -> str:
    ours = "\n".join(f"<style>{source}</style>" for source in assets.style())
    return ours if layers is None else f"{ours}\n{layers.header}"


def _policy(layers: Layers | None) -> str:
    """Our own scripts and style sheets by hash, and nothing else; no request to anywhere.

    Layers that a user vouches for add their hashes, the addresses that they load from, and images over https.
    """
    scripts = [assets.policy_hash(source) for source in assets.script()]
    styles = [assets.policy_hash(source) for source in (*assets.style(), assets.noscript_style())]
    images = ["data:"]
    if layers is not None:
        theirs = f"{layers.header}{layers.html}<script>{layers.script}</script>"
        scripts += [assets.policy_hash(body) for attributes, body in _SCRIPT.findall(theirs) if "src" not in attributes]
        styles += [assets.policy_hash(body) for body in _STYLE.findall(theirs)]
        addresses = sorted(set(_SOURCE.findall(layers.header + layers.html)))
        scripts += [address for address in addresses if address.endswith(".js")]
        styles += [address for address in addresses if not address.endswith(".js")]
        images.append("https:")
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_sources(scripts)}",
            f"style-src {_sources(styles)}",
            f"img-src {_sources(images)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _sources(sources: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(sources))
