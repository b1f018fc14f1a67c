"""Two houses that publish: the small country twice, under keys, rules and pupils of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.storage.manifest import read_manifest
from pipeline.storage.signatories import fingerprint
from tests.small_country import deliveries, open_workspace, take_all, write_project

# One word of it is longer than a page is wide.
OTHER_DEFINITION = f"Schools open on the first day, counted by hand. {'Établissements' * 30}"


@dataclass(frozen=True)
class House:
    """A publisher and the folder of its release."""

    name: str
    release: Path
    key: str
    release_id: str


def publish(folder: Path, name: str, *, pupils: int, is_other: bool) -> House:
    """Publish a release of a house; the other one defines, counts and licenses otherwise."""
    project = write_project(folder / "project")
    if is_other:
        _define_otherwise(project)
    workspace = open_workspace(folder, project)
    take_all(workspace, deliveries(pupils_per_school=pupils))
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    made = release(workspace, candidate).ids["release"]
    path = folder / "data" / "published" / "releases" / made
    manifest = read_manifest(path)
    key = fingerprint(bytes.fromhex(manifest.public_key))
    return House(name=name, release=path, key=key, release_id=made)


def _define_otherwise(project: Path) -> None:
    path = project / "contracts" / "indicators.yml"
    content = yaml.safe_load(path.read_text("utf-8"))
    schools = next(i for i in content["indicators"] if i["code"] == "SCHOOLS")
    schools["definition"]["en"] = OTHER_DEFINITION
    content["units"]["schools"] = {"en": "sites", "fr": "sites"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    path = project / "contracts" / "policy.yml"
    text = path.read_text("utf-8")
    assert "etalab-2.0" in text
    path.write_text(text.replace("etalab-2.0", "cc-by-4.0"), encoding="utf-8")


def write_publishers(path: Path, *houses: House, withdrawn: tuple[str, ...] = ()) -> Path:
    """Write the file that pins the keys of some houses; the first took back what is withdrawn."""
    publishers = {
        house.name: {
            "label": {"en": house.name.title(), "fr": house.name.title()},
            "fingerprint": house.key,
        }
        for house in houses
    }
    publishers[houses[0].name]["withdrawn"] = list(withdrawn)
    content = {"title": {"en": "Two houses", "fr": "Deux maisons"}, "publishers": publishers}
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path
