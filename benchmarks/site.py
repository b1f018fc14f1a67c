"""Measure how long the site of a nation takes, how heavy its pages are, and how soon they show.

The nation is the sample of one département, once per département, as in the other measures of
what is published; here each commune is given a name, inhabitants and figures of its own, for what
is alike a hundred times packs to nothing. Pages are opened by Chromium from the web server of
`cartable site serve`; their weight is that of all they load, packed by gzip as any server does.

Writes benchmarks/results/site.json when the nation is as large as France. Examples:
    python -m benchmarks.site
    python -m benchmarks.site --copies 7
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import shutil
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
from playwright.sync_api import Page, sync_playwright

from benchmarks.published.nation import COPIES, write_nation
from pipeline.dissemination.serving import serve
from pipeline.dissemination.site import write_site

RESULTS = Path(__file__).parent / "results" / "site.json"
# No two communes alike, yet each as long, as large and as often hidden as those of the sample.
_UNLIKE = (
    """
    create temp table names as
    select list(name order by id) as every
    from (select distinct id, name from territories where id similar to 'COM-[0-9]+')
    """,
    """
    update territories set
        inhabitants = cast(inhabitants * (0.5 + hash(id) % 1000 / 1000) as bigint),
        name = left(name, length(name) // 2) || right(
            other, length(other) // 2
        )
    from (
        select id as own, every[1 + cast(hash(id) % len(every) as integer)] as other
        from territories, names
    ) where level = 'commune' and id = own
    """,
    """
    update observations set
        obs_value = round(
            obs_value * (0.7 + hash(ref_area, indicator, time_period) % 1000 / 3000),
            case when obs_value = floor(obs_value) then 0 else 6 end
        )
    where area_level = 'commune'
    """,
)
# Name of the figures → page.
_PAGES = {
    "home": "en/index.html",
    "indicator": "en/indicator-home-internet.html",
    "indicator_of_communes": "en/indicator-home-internet.html?level=commune",
    "commune": "en/territory.html?id=COM-35047",
    "compare": "en/compare.html?ids=COM-35047,COM-7x35051",
    "priorities": "en/priorities.html",
    "priorities_of_communes": "en/priorities.html?level=commune",
}


def main() -> None:
    """Build the site of a nation, open its pages, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, default=COPIES, help="of the sample's 332 communes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        release = Path(place) / "releases" / "nation"
        release.mkdir(parents=True)
        figures = _build(release, asked.copies)
        figures |= _sizes(release / "site") | _opened(Path(place), release)
    for name, value in figures.items():
        print(f"{name:<40} {value:>14,}")
    if asked.copies == COPIES:
        _write(figures)


def _build(release: Path, copies: int) -> dict[str, float]:
    """Write the site, and return what it took."""
    nation = write_nation(release, copies=copies)
    with duckdb.connect(str(nation.database)) as connection:
        for statement in _UNLIKE:
            connection.execute(statement)
        told = connection.execute("select count(*) from observations").fetchall()
    # The nation itself is no part of what is measured (Linux only).
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    start, worked = time.perf_counter(), time.process_time()
    write_site(
        nation.database,
        release / "site",
        contracts=nation.contracts,
        outlines=nation.outlines,
    )
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time() - worked, 1),
        "peak_mb": _peak(),
        "communes": sum(level == "commune" for level, _ in nation.geography.territories),
        "observations": told[0][0],
    }


def _peak() -> int:
    """Return the most memory held since it was forgotten, in megabytes."""
    status = Path("/proc/self/status").read_text("ascii")
    (held,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) // 1024


def _sizes(site: Path) -> dict[str, float]:
    """Return how many files there are, and the heaviest of each kind, packed."""
    files = [path for path in site.rglob("*") if path.is_file()]
    data = site / "data"
    kinds = {
        "profiles": "places/commune/*.json",
        "outlines": "shapes/commune/*.json",
        "values": "values/*/commune.json",
        "communes": "levels/commune.json",
        "search": "territories.json",
        "meta": "meta-fr.json",
    }
    largest = {name: max(_packed(path) for path in data.glob(kind)) for name, kind in kinds.items()}
    return {
        "files": len(files),
        "mb": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        **{f"largest_{name}_kb": round(size / 1e3, 1) for name, size in largest.items()},
    }


def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def _opened(published: Path, release: Path) -> dict[str, float]:
    """Return what each page weighs, and how soon it shows what it has to."""
    found: dict[str, float] = {}
    (published / "CURRENT").write_text(release.name, encoding="ascii")
    with serve(published, 0, host="127.0.0.1") as server, sync_playwright() as playwright:
        Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/releases/{release.name}/site/"
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, page in _PAGES.items():
            window = browser.new_page(viewport={"width": 1280, "height": 900})
            window.goto(root + page)
            window.locator("html[data-ready]").wait_for(timeout=60_000)
            found[f"{name}_ms"] = round(window.evaluate("performance.now()"))
            found[f"{name}_kb"] = round(_weight(window, root, release / "site") / 1e3, 1)
            window.close()
        server.shutdown()
    return found


def _weight(window: Page, root: str, site: Path) -> int:
    loaded = window.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    files = {window.url.partition("?")[0], *loaded}
    return sum(_packed(site / one.removeprefix(root).partition("?")[0]) for one in sorted(files))


def _write(figures: dict[str, Any]) -> None:
    """Write the result, as every benchmark does."""
    result = {
        "name": "site",
        "machine": {"processors": os.cpu_count()},
        "versions": {"python": platform.python_version(), "duckdb": duckdb.__version__},
        "figures": figures,
        "runs": [figures],
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
