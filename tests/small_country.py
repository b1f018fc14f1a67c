"""A country of six communes and eight schools, and what its senders deliver: synthetic persons.

The rules are those of the demonstration, on two published tables only and few territories, so
that the whole main job takes a second or two.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from tests.signing import sign_for_tests

# Two inter-communal bodies of three communes each.
COMMUNES = ("35001", "35024", "35039", "35002", "35005", "35041")
SCHOOLS = {
    "0350001A": "35001",
    "0350002B": "35001",
    "0350003C": "35024",
    "0350004D": "35024",
    "0350005E": "35039",
    "0350006F": "35002",
    "0350007G": "35005",
    "0350008H": "35005",
}
TABLES = {"enrolment", "schools"}
PERIOD = "2021"
ON_TIME = datetime(2021, 10, 15, tzinfo=UTC)
NOW = datetime(2022, 1, 10, tzinfo=UTC)
# Stands in every identified cell: where it is found, a value of a delivery was shown.
MARKER = "Zanzibar-Xylophone"

PUPIL_COLUMNS = (
    "national_id",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "address",
    "guardian_email",
    "school_code",
    "grade",
    "home_internet",
    "home_device",
)
Row = dict[str, str]


def write_project(folder: Path) -> Path:
    """Write the small country's project and return its folder."""
    shutil.copytree(INSTALLATION / "contracts", folder / "contracts")
    _keep_tables(folder / "contracts")
    facts, own = INSTALLATION / "demo" / "facts", folder / "demo" / "facts"
    own.mkdir(parents=True)
    base = [row for row in _read(facts / "communes.csv") if row["commune"] in COMMUNES]
    parents = {(level, code) for row in base for level, code in row.items()}
    wanted = [r for r in _read(facts / "territories.csv") if (r["level"], r["code"]) in parents]
    changes = [r for r in _read(facts / "commune_changes.csv") if r["new_code"] in COMMUNES]
    _write(own / "communes.csv", base, base[0])
    _write(own / "territories.csv", wanted, wanted[0])
    _write(own / "commune_changes.csv", changes, ("old_code", "new_code"))
    outlines = json.loads((facts / "communes.geojson").read_text(encoding="utf-8"))
    outlines["features"] = [f for f in outlines["features"] if f["properties"]["code"] in COMMUNES]
    (own / "communes.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    return folder


def add_code_list(project: Path, name: str, codes: Iterable[str]) -> None:
    """Add a code list to the contracts of a project."""
    items = [{"code": code, "label": {"en": code, "fr": code}} for code in codes]
    added = {"label": {"en": name, "fr": name}, "source": "The tests", "items": items}
    path = project / "contracts" / "codelists.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) | {name: added}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _keep_tables(contracts: Path) -> None:
    for path in (contracts / "tables").iterdir():
        if path.stem not in TABLES:
            path.unlink()
    # Nobody else publishes anything of these persons.
    path = contracts / "tables" / "enrolment.yml"
    text, found = re.subn(
        r"^known_elsewhere:\n(?: .*\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert found == 1
    path.write_text(text, encoding="utf-8")
    path = contracts / "indicators.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["indicators"] = [i for i in content["indicators"] if set(i["tables"]) <= TABLES]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def open_workspace(folder: Path, project: Path, *, now: datetime = NOW) -> Workspace:
    """Return a workspace in a folder, with keys and a signed policy, at a given time."""
    settings = Settings(
        home=folder / "data",
        keys=folder / "keys",
        inbox=folder / "inbox",
        project=project,
        language="en",
    )
    workspace = Workspace(settings, clock=lambda: now)
    return workspace if settings.keys.exists() else sign_for_tests(workspace)


def take(
    workspace: Workspace,
    dataset: str,
    content: bytes,
    *,
    period: str = PERIOD,
    as_of: datetime = ON_TIME,
    may_be_smaller: bool = False,
    is_full: bool = False,
) -> Receipt:
    """Ingest content as one delivery."""
    from pipeline.steps.ingest import ingest

    return ingest(
        workspace,
        dataset,
        io.BytesIO(content),
        file=f"{dataset}_{period}.csv",
        period=period,
        as_of=as_of,
        may_be_smaller=may_be_smaller,
        is_full=is_full,
    )


def sealed_pupils(workspace: Workspace) -> list[bytes]:
    """Return the pupils' deliveries as they are sealed."""
    found = []
    for delivery_id in workspace.deliveries.ids():
        if delivery_id.startswith("pupils-"):
            with workspace.deliveries.open(delivery_id) as stream:
                found.append(stream.read())
    return found


def take_all(
    workspace: Workspace, deliveries: Mapping[str, bytes], *, period: str = PERIOD
) -> list[Receipt]:
    """Ingest one delivery per dataset, in the order given."""
    return [take(workspace, name, deliveries[name], period=period) for name in deliveries]


def deliveries(
    *, pupils_per_school: int = 24, senders: Sequence[str] = tuple(SCHOOLS)
) -> dict[str, bytes]:
    """Return dataset → file of one period; `senders` are the schools that deliver pupils."""
    return {
        "schools": schools(),
        "population": population(),
        "pupils": table(pupil_rows(pupils_per_school, senders)),
    }


def schools(codes: Iterable[str] = tuple(SCHOOLS)) -> bytes:
    """Return the register of schools."""
    rows = [
        {
            "school_code": code,
            "school_name": f"École {code}",
            "commune_code": SCHOOLS[code],
            "sector": "PRIVE" if code.endswith("H") else "PUBLIC",
            "school_type": "primaire",
            "longitude": "-1.5",
            "latitude": "48.1",
            "social_position_index": "101.5",
        }
        for code in codes
    ]
    return table(rows)


def population() -> bytes:
    """Return inhabitants: the communes are the whole département and half of the region."""
    facts = INSTALLATION / "demo" / "facts"
    base = [row for row in _read(facts / "communes.csv") if row["commune"] in COMMUNES]
    people = dict.fromkeys(COMMUNES, 1000)
    rows = [
        {"area_level": level, "area_code": code, "inhabitants": str(count)}
        for level in base[0]
        for code, count in _inhabitants(base, level, people).items()
    ]
    return table(rows)


def _inhabitants(base: list[Row], level: str, people: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in base:
        found[row[level]] = found.get(row[level], 0) + people[row["commune"]]
    outside = 2 if level in {"region", "country"} else 1
    return {code: count * outside for code, count in found.items()}


def pupil_rows(per_school: int = 24, senders: Sequence[str] = tuple(SCHOOLS)) -> list[Row]:
    """Return pupils: as many girls as boys, half in pre-primary, most with internet."""
    return [
        pupil(1000 * list(SCHOOLS).index(code) + n, code, n)
        for code in senders
        for n in range(per_school)
    ]


def pupil(number: int, school: str, n: int = 0, **cells: str) -> Row:
    """Return one pupil."""
    values = (
        f"{number:09d}AB",
        f"{MARKER} n° {number}",
        "Zoé",
        "01/02/2012",
        "FM"[n % 2],
        f"{number} rue {MARKER}",
        f"{MARKER}{number}@example.org",
        school,
        ("PRE", "CP")[n // 2 % 2],
        "non" if n % 12 == 0 else "oui",
        "non" if n % 8 == 1 else "oui",
    )
    return {**dict(zip(PUPIL_COLUMNS, values, strict=True)), **cells}


def table(rows: Sequence[Row], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Return rows as a delivered file."""
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode(encoding)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Row], columns: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
