"""Take the README's picture: ``maps/libya-frontlines.png``, a screenshot of the page of the same name.

python maps/take_picture.py [PAGE.html] [PICTURE.png] [WIDTH HEIGHT]
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def main() -> None:
    page_file, picture, width, height = [
        *sys.argv[1:],
        *[HERE / "libya-frontlines.html", HERE / "libya-frontlines.png", 1360, 850][len(sys.argv) - 1 :],
    ]
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        sys.exit("take_picture: no Chromium found; install it (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": int(width), "height": int(height)})
        page.goto(Path(page_file).resolve().as_uri())
        page.wait_for_selector("html[data-ready]")
        page.wait_for_timeout(500)  # labels settle after the first fit
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
