"""Measure how long the site of a nation takes, and how heavy its pages are.

The release in force of CARTABLE_HOME, such as that of `make demo`, is repeated side by side until
it has 35,000 communes: territories with codes of their own, figures and outlines. Then its whole
site is written.

Writes benchmarks/results/site.json when as many communes were measured as it stands for. Examples:
    python -m benchmarks.site
    python -m benchmarks.site --communes 1000
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from pipeline.dissemination.site import write_site
from pipeline.project import load_project
from pipeline.settings import INSTALLATION, read_settings
from pipeline.steps.asking import published_database

RESULTS = INSTALLATION / "benchmarks" / "results" / "site.json"
COMMUNES = 35_000
COLUMNS = 11
# Region and country stay one; what lies under them is repeated, with a number before each code.
REPEAT = (
    """
    create temp macro own(code, n) as
        replace(code, '-', '-' || lpad(cast(n as varchar), 3, '0') || '.')
    """,
    """
    insert into observations by name
    select * exclude (n) replace (own(ref_area, n) as ref_area)
    from observations, times where area_level not in ('region', 'country')
    """,
    """
    insert into territories by name
    select * exclude (n) replace (
        own(id, n) as id,
        case when level = 'departement' then parent_id else own(parent_id, n) end as parent_id
    )
    from territories, times where level not in ('region', 'country')
    """,
    """
    insert into typologies by name
    select * exclude (n) replace (own(id, n) as id) from typologies, times
    """,
    """
    insert into coverage by name
    select * exclude (n) replace (own(ref_area, n) as ref_area)
    from coverage, times where area_level not in ('region', 'country')
    """,
    # Outlines are found by the codes of communes.
    "update territories set code = split_part(id, '-', 2) where level = 'commune'",
)


def main() -> None:
    """Build the site of a nation and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=COMMUNES)
    asked = parser.parse_args()
    project = load_project(INSTALLATION)
    outlines = project.outlines()
    if outlines is None:
        sys.exit("site: the project has no outlines")
    times = -(-asked.communes // len(project.geography.parents))
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / "published.duckdb"
        shutil.copy(published_database(read_settings()), database)
        rows = repeat(database, times)
        drawn = spread(outlines, times)
        start = time.perf_counter()
        write_site(database, Path(place) / "site", contracts=project.contracts, outlines=drawn)
        seconds = time.perf_counter() - start
        figures = measured(Path(place) / "site") | {
            "communes": times * len(project.geography.parents),
            "observations": rows,
            "seconds": round(seconds, 1),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    for name, value in figures.items():
        print(f"{name:<32} {value:>14,}")
    if asked.communes == COMMUNES:
        write(figures)


def repeat(database: Path, times: int) -> int:
    """Repeat territories and figures with codes of their own; return how many figures there are."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create temp table times as select unnest(range(1, ?)) as n", [times])
        for statement in REPEAT:
            connection.execute(statement)
        told = connection.execute("select count(*) from observations").fetchone()
    return int(told[0]) if told else 0


def spread(outlines: dict[str, Any], times: int) -> dict[str, Any]:
    """Repeat outlines side by side, on a sheet of degrees."""
    features = []
    for n in range(times):
        right, up = 2.2 * (n % COLUMNS), 1.4 * (n // COLUMNS)
        for feature in outlines["features"]:
            code = feature["properties"]["code"]
            geometry = feature["geometry"]
            moved = _moved(geometry["coordinates"], right - 10, up - 8)
            features.append(
                {
                    "properties": {"code": code if n == 0 else f"{n:03d}.{code}"},
                    "geometry": {"type": geometry["type"], "coordinates": moved},
                }
            )
    return {"features": features}


def _moved(part: Any, right: float, up: float) -> Any:
    if isinstance(part[0], int | float):
        return [part[0] + right, part[1] + up]
    return [_moved(one, right, up) for one in part]


def measured(site: Path) -> dict[str, int]:
    """Return numbers of files and bytes: in all, and packed for what a page loads."""
    files = [path for path in site.rglob("*") if path.is_file()]
    data = site / "data"

    def packed(paths: list[Path]) -> int:
        return max((len(gzip.compress(path.read_bytes())) for path in paths), default=0)

    return {
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "gzip_bytes_largest_profiles": packed(list(data.glob("places/commune/*.json"))),
        "gzip_bytes_largest_outlines": packed(list(data.glob("shapes/commune/*.json"))),
        "gzip_bytes_communes_of_an_indicator": packed(list(data.glob("values/PTR/commune.json"))),
        "gzip_bytes_search": packed([data / "territories.json"]),
    }


def write(figures: dict[str, Any]) -> None:
    """Write the result, as every benchmark does."""
    machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    versions = {"python": platform.python_version(), "duckdb": duckdb.__version__}
    result = {"name": "site", "machine": machine, "versions": versions, "figures": figures}
    RESULTS.write_text(json.dumps(result | {"runs": [figures]}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
