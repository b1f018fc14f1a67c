"""Rebuild demo/facts from the public files: the same files give the same bytes.

Example:
    python -m demo.build_facts --source DIR
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pandas as pd

from demo.enrolment import read_enrolment, read_presence
from demo.outlines import read_outlines, simplify, write_geojson
from demo.schools import read_schools
from demo.territories import read_geography

FACTS = Path(__file__).parent / "facts"


def build_facts(source: Path, *, out: Path) -> None:
    """Write the six files of facts.

    Args:
        source: folder with fr_dept35, fr_cog_etalab_2026, fr_boundaries_2018 and fr_ips_2022.
        out: folder that receives the facts; made if absent.

    Raises:
        SourceError: a source no longer adds up or names an unknown commune.
        FileNotFoundError: a source is missing.
    """
    geography = read_geography(source / "fr_cog_etalab_2026")
    counts = source / "fr_dept35"
    schools = read_schools(
        read_presence(counts),
        registry=counts,
        social_position=source / "fr_ips_2022",
        geography=geography,
    )
    codes, outlines = read_outlines(
        source / "fr_boundaries_2018" / "communes-35.geojson", geography=geography
    )
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "territories": geography.territories,
        "communes": geography.communes,
        "commune_changes": geography.changes,
        "schools": schools,
        "enrolment": read_enrolment(counts),
    }
    for name, table in tables.items():
        _write_csv(table, out / f"{name}.csv")
    write_geojson(out / "communes.geojson", codes=codes, outlines=simplify(outlines))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table.to_csv(file, index=False, lineterminator="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=FACTS, help="folder that receives the facts")
    return parser


def main() -> None:
    """Rebuild the facts from --source, or from the data folder under CARTABLE_TEST_DATA."""
    parser = _parser()
    arguments = parser.parse_args()
    test_data = os.environ.get("CARTABLE_TEST_DATA")
    source = arguments.source or (Path(test_data) / "data" if test_data else None)
    if source is None:
        parser.error("say where the public files are: --source DIR or CARTABLE_TEST_DATA")
    build_facts(source, out=arguments.out)


if __name__ == "__main__":
    main()
