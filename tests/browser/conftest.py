"""A real Chromium with the network blocked, and pages opened in it from documents."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support import DESKTOP

from toposcope.document import Document

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = os.environ.get("TOPOSCOPE_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        message = f"no Chromium found as {', '.join(_NAMES)}: install one, or set TOPOSCOPE_CHROMIUM to its path."
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    playwright_api = pytest.importorskip("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A page and what it did that it must not."""

    page: Any
    path: Path
    complaints: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def check(self) -> None:
        """No request, no console message, no error, no hostile script run."""
        assert self.complaints == []
        assert all(frame.evaluate("window.pwned") is None for frame in self.page.frames)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a document's map, or ready HTML; checked for complaints when the test ends."""
    contexts, opened = [], []

    def open_(
        subject: Document | str,
        *,
        viewport: dict[str, int] = DESKTOP,
        fragment: str = "",
        javascript: bool = True,
        map_options: dict[str, Any] | None = None,
        **context_options: Any,
    ) -> Opened:
        path = tmp_path / f"page-{len(opened)}.html"
        if isinstance(subject, Document):
            subject.to_map(**(map_options or {})).save(path)
        else:
            path.write_text(subject, encoding="utf-8")
        options = {
            "viewport": viewport,
            "reduced_motion": "reduce",
            "java_script_enabled": javascript,
            **context_options,
        }
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(8_000)
        page = context.new_page()
        shown = Opened(page, path)

        def answer(route: Any) -> None:
            if route.request.url.split("#")[0] == path.as_uri():
                route.continue_()
            else:
                shown.complaints.append(f"request for {route.request.url[:200]}")
                route.abort()

        context.route("**/*", answer)
        page.on("console", lambda message: shown.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: shown.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: shown.complaints.append("dialog"))
        page.goto(path.as_uri() + fragment)
        if javascript and isinstance(subject, Document):
            page.wait_for_selector("html[data-ready]", timeout=20_000)
        opened.append(shown)
        return shown

    yield open_
    for shown in opened:
        shown.check()
    for context in contexts:
        context.close()
