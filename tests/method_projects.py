"""The small country again, its pupils protected by a method that perturbs counts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from pipeline.settings import INSTALLATION
from tests.small_country import write_project


def signed(value: float, unit: str = "persons") -> dict[str, object]:
    """Return a number as a policy holds it."""
    return {"value": value, "unit": unit, "reason": "Chosen for the tests", "source": "Tests"}


CELL_KEY = {
    "variance": signed(3, "persons squared"),
    "maximum": signed(5),
    "smallest": signed(3),
}
ROUNDING = {"base": signed(5)}
DP = {"rho": signed(0.5, "rho"), "budget": signed(1.0, "rho")}


def write_method_project(folder: Path, method: str, **numbers: Any) -> Path:
    """Write a small country whose enrolment has a method, and a policy with its numbers."""
    write_project(folder)
    for part in ("sql", "expectations"):
        shutil.copytree(INSTALLATION / part, folder / part, ignore=_of_other_tables(folder))
    edit(folder / "contracts" / "tables" / "enrolment.yml", method=method)
    edit(folder / "contracts" / "policy.yml", **numbers)
    if method == "cell_key":
        query = folder / "sql" / "counts" / "enrolment.sql"
        query.write_text(with_record_keys(query.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def edit(path: Path, **parts: object) -> None:
    """Set parts of a contract."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content |= parts
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def with_record_keys(sql: str) -> str:
    """Return the query of enrolment with one more summed column."""
    edits = {
        "select school_code, sex, edu_level\n": "select school_code, sex, edu_level, record_key\n",
        "count(*) as pupils\n": (
            "count(*) as pupils,\n        sum(enrolled.record_key) as record_keys\n"
        ),
        "cast(pupils as bigint) as pupils\n": (
            "cast(pupils as bigint) as pupils,\n    cast(record_keys as bigint) as record_keys\n"
        ),
    }
    for old, new in edits.items():
        assert sql.count(old) == 1, old
        sql = sql.replace(old, new)
    return sql


def _of_other_tables(folder: Path) -> Any:
    """Return what leaves out queries and suites of tables and indicators that are not there."""
    kept = {path.stem for path in (folder / "contracts" / "tables").iterdir()}
    content = yaml.safe_load((folder / "contracts" / "indicators.yml").read_text(encoding="utf-8"))
    codes = {each.get("query") or each["code"].lower() for each in content["indicators"]}

    def left_out(at: str, names: list[str]) -> list[str]:
        wanted = {"counts": kept, "published": kept, "indicators": codes}.get(Path(at).name)
        return [n for n in names if wanted is not None and Path(n).stem not in wanted]

    return left_out
