"""ArticleMap: a document's map, as a :class:`folium.Map` whose page we write ourselves."""

import os
import warnings
from collections.abc import Sequence
from typing import Any, BinaryIO

import folium
from branca.element import Element, Figure
from folium.template import Template
from folium.utilities import camelize

from toposcope.document import Document
from toposcope.errors import InputError
from toposcope.files import replacing
from toposcope.webmap.excerpts import as_text_mode
from toposcope.webmap.notebook import frame_html, with_table
from toposcope.webmap.page import Layers, render_page

__all__ = ["ArticleMap"]


class ArticleMap(folium.Map):
    """The annotated map of a document: text and map side by side, linked both ways, in one file.

    Parameters
    ----------
    document : Document
        What to draw.
    text : {"full", "sentences", "none"}
        What of the text the page embeds: all of it, only the sentences that name a place, or nothing.
    title : str, optional
        Heading of the page; otherwise the document's title or id.
    location : sequence of float, optional
        (lat, lon) to open the map at, instead of what the story is about.
    zoom_start : float
        Zoom to open at; counts with `location` only.
    trust_layers : bool
        Whether layers and plugins added to this map may run in the page. They may load from the network and run
        scripts; without it they are left out, with a warning.
    **options : object
        Further options of :class:`folium.Map` and of Leaflet's map that can stand in JSON: ``max_zoom``,
        ``zoom_control``, ``scroll_wheel_zoom`` and so on.

    Raises
    ------
    InputError
        If `text` is none of the three, or an option cannot be used.

    Examples
    --------
    ``doc.to_map().save("map.html")`` writes the page; ``doc.to_map(text="none")`` leaves the text out.
    """

    # Nothing is loaded from anywhere: Leaflet stands in the page, and jQuery and Bootstrap are not needed.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own names and types
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    # folium's template would write an element and a script; the page of ours has both.
    _template = Template("")

    def __init__(
        self,
        document: Document,
        *,
        text: str = "full",
        title: str | None = None,
        location: Sequence[float] | None = None,
        zoom_start: float = 6,
        trust_layers: bool = False,
        **options: Any,
    ) -> None:
        refused = sorted({"tiles", "attr", "crs", "png_enabled"} & set(options))
        if refused:
            raise InputError(
                f"an article map has no option {refused[0]!r}: its base map is built in.",
                "Leave it out; add a folium.TileLayer to the map and pass trust_layers=True for online tiles.",
            )
        # folium drops zoom limits without tiles, and knows `zoom_control` as a position too.
        limits = {f"{end}Zoom": options.pop(f"{end}_zoom") for end in ("min", "max") if f"{end}_zoom" in options}
        super().__init__(location=location, tiles=None, **options)
        self.document = document
        self.text = as_text_mode(text)
        self.title = title or document.title or document.id or "Places in the text"
        self.trust_layers = trust_layers
        self._id = "article"  # fixed, so that a page is the same byte by byte from run to run
        own = {camelize(name): value for name, value in self.options.items() if name not in ("zoom", "prefer_canvas")}
        self._map_options = {**own, **limits}
        self._map_view = None if location is None else {"location": list(self.location), "zoom": zoom_start}
        _ArticleFigure().add_child(self, name=self.get_name())

    def to_html(self) -> str:
        """The page as one string of HTML."""
        return render_page(
            self.document,
            text=self.text,
            title=self.title,
            map_id=self.get_name(),
            map_options=self._map_options,
            map_view=self._map_view,
            layers=self._layers(),
        )

    def save(self, outfile: str | bytes | os.PathLike[str] | BinaryIO, close_file: bool = True, **_: Any) -> None:
        """Write the page.

        Parameters
        ----------
        outfile : path or binary file
            Where to. A file is replaced only once the new one is complete.
        close_file : bool
            Whether to close a binary file that was given.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        page = self.to_html().encode("utf-8")
        if not isinstance(outfile, (str, bytes, os.PathLike)):
            outfile.write(page)
            if close_file:
                outfile.close()
            return
        with replacing(os.fsdecode(outfile)) as stream:
            stream.write(page)

    def render(self, **_: Any) -> str:
        """The page; within another figure of branca's, a frame that holds it."""
        parent = self._parent
        if parent is None or isinstance(parent, _ArticleFigure):
            return self.to_html()
        frame = _Constant(frame_html(self.to_html(), self.title))
        figure: Any = self.get_root()
        figure.html.add_child(frame, name=self.get_name())
        return ""

    def _repr_html_(self, **_: Any) -> str:
        return with_table(self.document, self.to_html(), self.title)

    def _layers(self) -> Layers | None:
        """What folium renders for the layers that a user added; None where there are none, or none is trusted."""
        if not self._children:
            return None
        if not self.trust_layers:
            warnings.warn(
                f"{len(self._children)} layer(s) added to the map were left out of the page: "
                "pass trust_layers=True to ArticleMap if you trust what they load and run.",
                stacklevel=3,
            )
            return None
        figure = Figure()
        figure._children.clear()
        figure.header._children.clear()
        parent, self._parent = self._parent, figure
        try:
            for child in self._children.values():
                child.render()
        finally:
            self._parent = parent
        return Layers(figure.header.render(), figure.html.render(), figure.script.render())


class _ArticleFigure(Figure):
    """The figure around an article map: its page is the map's own."""

    def render(self, **_: Any) -> str:
        article_map: Any
        (article_map,) = self._children.values()
        page: str = article_map.to_html()
        return page


class _Constant(Element):
    """Ready HTML: an attribute that a constant template prints, so that no text is ever read as a template."""

    _template = Template("{{ this.html }}")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
