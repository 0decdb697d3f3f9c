"""How a document shows itself in a notebook: the page in a frame without rights, then a table for where frames go."""

from toposcope.document import Document
from toposcope.webmap.page import escape, toponym_table

__all__ = ["frame_html", "notebook_html", "with_table"]

#: Of the frame, in CSS pixels: text and map side by side fit, and the cell below stays in reach.
FRAME_HEIGHT = 560
#: Rows of the table below it.
MOST_ROWS = 200


def notebook_html(document: Document) -> str:
    """A document's map and table, as HTML for a notebook's output cell.

    Parameters
    ----------
    document : Document
        What to draw.
    """
    from toposcope.webmap.articlemap import ArticleMap  # which shows itself by this module's means

    return ArticleMap(document)._repr_html_()


def with_table(document: Document, page: str, title: str) -> str:
    """A page in its frame, followed by the table of its toponyms."""
    count = len(document.toponyms)
    summary = f"{count} toponym{'' if count == 1 else 's'} as a table"
    table = toponym_table(document, most=MOST_ROWS)
    return f"{frame_html(page, title)}<details><summary>{summary}</summary>{table}</details>"


def frame_html(page: str, title: str) -> str:
    """A page in a frame that may run its scripts and nothing else.

    Without ``allow-same-origin`` no script in it, whatever it is, reaches the notebook or its server.
    """
    return (
        f'<iframe title="Map: {escape(title)}" sandbox="allow-scripts" srcdoc="{_attribute(page)}" width="100%" '
        f'height="{FRAME_HEIGHT}" loading="lazy" style="border:1px solid #8884;border-radius:6px"></iframe>'
    )


def _attribute(page: str) -> str:
    # The page holds no unprintable characters any more, and its bytes must stay for the hashes of its scripts.
    return page.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
