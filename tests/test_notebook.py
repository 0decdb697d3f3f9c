"""A document in a notebook, run by a real kernel."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

CODE = """
import toposcope
toposcope.geoparse("Rain in Tobruk, Libya, \\"at last\\". <script>alert('<b>Sirte</b>')</script> & none in Misrata.")
"""


@pytest.fixture(scope="module")
def output():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=120).execute()
    (result,) = [o for o in notebook.cells[0].outputs if o.output_type == "execute_result"]
    return result["data"]


def test_the_last_line_of_a_cell_shows_the_map_in_a_sandbox(output):
    (frame,) = re.findall(r"<iframe\b[^>]*>", output["text/html"])
    sandbox = re.search(r'\bsandbox="([^"]*)"', frame)
    assert sandbox, "without a sandbox the page could reach the notebook"
    assert "allow-same-origin" not in sandbox.group(1)
    assert re.search(r'\bsrcdoc="[^"]{1000}', frame), "the map stands in the cell itself"
    assert re.search(r'\btitle="[^"]+"', frame)


def test_a_table_stands_in_where_frames_are_not_shown(output):
    html = output["text/html"]
    table = html[html.index("<table") : html.index("</table>")]
    assert "Tobruk" in table
    assert "Misrata" in table
    assert html.index("<iframe") < html.index("<table")


def test_nothing_of_the_text_runs_in_the_notebook(output):
    outside = re.sub(r'\bsrcdoc="[^"]*"', "", output["text/html"])
    assert "<script" not in outside
    assert "<b>Sirte" not in output["text/html"]


def test_plain_text_is_one_line(output):
    assert output["text/plain"].startswith("<Document ")
    assert "\n" not in output["text/plain"]
