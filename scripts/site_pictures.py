"""Take the pictures of the documentation anew from the site of the release in force.

python -m scripts.site_pictures docs/images [NAME...]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

from pipeline.dissemination.serving import serve
from pipeline.settings import read_settings
from pipeline.steps.asking import published_database

# Name of the picture → page, width and height of the window, what is scrolled to.
PICTURES = {
    "site-home": ("en/index.html", 1440, 1000, None),
    "site-map": ("en/index.html?indicator=HOME_INTERNET", 1440, 980, "#map h2"),
    "site-indicator": ("fr/indicator-distance-ready.html", 1440, 1500, "#ranking"),
    "site-territory": ("fr/territory.html?id=COM-35047", 1440, 1400, None),
    "site-compare": ("en/compare.html?ids=EPCI-243500139,EPCI-200039022,DEP-35", 1440, 1300, None),
    "site-priorities": ("fr/priorities.html?level=epci", 1440, 1400, None),
    "site-protection": ("en/protection.html", 1440, 1200, None),
    "query-page": ("en/query.html", 1440, 1000, None),
    "site-phone-home": ("fr/index.html", 360, 780, None),
    "site-phone-map": ("fr/index.html?indicator=HOME_INTERNET", 360, 900, "#map h2"),
    "site-phone-territory": ("en/territory.html?id=EPCI-243500139", 360, 900, None),
}


def main() -> None:
    """Serve the published zone and take each picture."""
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(PICTURES)
    published = published_database(read_settings()).parents[2]
    with serve(published, 0, host="127.0.0.1") as server, sync_playwright() as playwright:
        Thread(target=server.serve_forever, daemon=True).start()
        release = (published / "CURRENT").read_text("ascii").strip()
        root = f"http://127.0.0.1:{server.server_port}/releases/{release}/site/"
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in names:
            page, width, height, target = PICTURES[name]
            window = browser.new_page(viewport={"width": width, "height": height})
            window.goto(root + page)
            if name == "query-page":
                window.locator("button.main").click()
                window.locator("table tbody tr").first.wait_for()
            else:
                window.locator("html[data-ready]").wait_for()
            if target:
                window.locator(target).first.evaluate(
                    "node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 130)"
                )
            window.wait_for_timeout(1200)
            window.screenshot(path=folder / f"{name}.png")
            window.close()
        server.shutdown()


if __name__ == "__main__":
    main()
