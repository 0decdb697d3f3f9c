"""The annotated map of a document, as one HTML file that runs without a network.

:class:`ArticleMap` is a :class:`folium.Map`; :func:`notebook_html` is what notebooks show.
"""

from toposcope.webmap.articlemap import ArticleMap
from toposcope.webmap.notebook import notebook_html

__all__ = ["ArticleMap", "notebook_html"]
