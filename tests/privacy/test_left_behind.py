"""A name taken out of the rules does not hide whom it held: the rules are refused, by that name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import PolicyError, PrivacyError
from pipeline.steps.erasing import erase, readmit
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.retain import retain
from pipeline.steps.signing import opine, sign
from pipeline.steps.subjects import export, find
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.signing import person, sign_for_tests
from tests.small_country import NOW, pupil_rows, table, take

ROWS = pupil_rows(24)
GONE = ROWS[0]["national_id"]
LATER = NOW + timedelta(days=365 * 40)
PROGRAMME = {
    "programme_code": "FR-0001",
    "title": "Atelier",
    "theme": "formation",
    "commune_code": small_country.COMMUNES[0],
    "start_year": "2020",
}


@pytest.fixture
def own(tmp_path: Path, delivered_home: Path, small_project: Path) -> Workspace:
    """A workspace in which the small country delivered, whose project may be changed."""
    shutil.copytree(small_project, tmp_path / "project")
    shutil.copytree(delivered_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, tmp_path / "project")


def again(workspace: Workspace, now: datetime = NOW) -> Workspace:
    return small_country.open_workspace(workspace.home.parent, workspace.settings.project, now=now)


def edit(workspace: Workspace, file: str, old: str, new: str) -> Workspace:
    path = workspace.settings.project / "contracts" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return again(workspace)


def domain_renamed(workspace: Workspace) -> Workspace:
    edit(workspace, "policy.yml", "\n  pupil:\n", "\n  learner:\n")
    return edit(workspace, "datasets/pupils.yml", "domain: pupil,", "domain: learner,")


def moved_to_another_domain(workspace: Workspace) -> Workspace:
    """The former domain stays declared, and nobody is in it any more."""
    return edit(workspace, "datasets/pupils.yml", "domain: pupil,", "domain: teacher,")


def gone(workspace: Workspace) -> object:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[GONE]], place))


def looked_for(workspace: Workspace) -> object:
    place = identified(workspace, "pupils")
    return find(workspace, place, people([[GONE]], place))


def exported(workspace: Workspace, to: Path) -> object:
    place = identified(workspace, "pupils")
    return export(workspace, place, people([[GONE]], place), to=to)


def refused(step: Callable[[], object]) -> set[str]:
    """Return the codes and names with which a step is refused."""
    with pytest.raises(PrivacyError, match=r"subjects\.left_behind") as refusal:
        step()
    found = set()
    for problem in refusal.value.problems:
        problem.words("fr")
        found.add(f"{problem.code} {problem.place.dataset} {dict(problem.facts).get('name', '')}")
    return found


def signed_all_the_same(workspace: Workspace) -> Workspace:
    """Sign rules as a version that did not look would have signed them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.steps.signing.check_nothing_left_behind", lambda _: None)
        sign_for_tests(workspace)
    return again(workspace)


@pytest.mark.parametrize("change", [domain_renamed, moved_to_another_domain])
def test_a_domain_in_which_persons_are_kept_keeps_its_name(
    change: Callable[[Workspace], Workspace], own: Workspace, tmp_path: Path
) -> None:
    check_nothing_left_behind(own)
    assert looked_for(own)
    asked = list(own.ledger.entries("subject"))
    changed = change(own)
    kept = {"subjects.domain_left pupils pupil"}
    opine(changed, person(own, "dpo"), "favourable")
    assert refused(lambda: sign(changed, person(own, "delegate"))) == kept
    assert refused(lambda: gone(changed)) == kept
    assert not list(changed.ledger.entries("erasure"))
    # Whoever is looked for under other rules would be told that nothing is held on them.
    assert refused(lambda: looked_for(changed)) == kept
    assert refused(lambda: exported(changed, tmp_path / "held.json")) == kept
    assert not (tmp_path / "held.json").exists()
    assert list(changed.ledger.entries("subject")) == asked
    with pytest.raises(PolicyError, match=r"policy\.changed"):
        prepare(changed)
    changed = signed_all_the_same(changed)
    assert refused(lambda: prepare(changed)) == kept
    assert refused(lambda: take(changed, "pupils", table(ROWS[:30]))) == kept


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (domain_renamed, {"list_unused None pupil", "list_left pupils pupil"}),
        (moved_to_another_domain, {"list_unused None pupil", "list_left pupils pupil"}),
    ],
)
def test_a_domain_of_which_persons_were_erased_keeps_its_name_for_good(
    change: Callable[[Workspace], Workspace], told: set[str], own: Workspace
) -> None:
    gone(own)
    # Nothing of anybody is left, but for the list.
    retain(again(own, LATER))
    assert own.deliveries.ids() == []
    assert own.protected.batches() == []
    changed = change(again(own))
    opine(changed, person(own, "dpo"), "favourable")
    found = refused(lambda: sign(changed, person(own, "delegate")))
    assert found == {f"subjects.{each}" for each in told}
    assert refused(lambda: take(signed_all_the_same(changed), "pupils", table(ROWS))) == found


def test_once_nobody_is_kept_or_listed_a_domain_may_be_renamed(own: Workspace) -> None:
    gone(own)
    place = identified(own, "pupils")
    readmit(own, place, people([[GONE]], place))
    retain(again(own, LATER))
    changed = sign_for_tests(domain_renamed(again(own)))
    for name, content in small_country.deliveries().items():
        take(changed, name, content)
    assert changed.protected.current("pupils", "2021").num_rows == len(ROWS)
    assert again(changed).protected.batches("pupils", "2021")[0].scopes.keys() == {"learner"}
    check_nothing_left_behind(again(changed))


def test_a_dataset_of_which_something_is_kept_stays_in_the_contracts(own: Workspace) -> None:
    take(own, "programmes", table([PROGRAMME]))
    path = own.settings.project / "contracts" / "datasets" / "programmes.yml"
    text = path.read_bytes()
    path.unlink()
    changed = again(own)
    opine(changed, person(own, "dpo"), "favourable")
    told = refused(lambda: sign(changed, person(own, "delegate")))
    assert told == {"subjects.dataset_left programmes "}
    assert refused(lambda: gone(changed)) == told
    assert refused(lambda: looked_for(changed)) == told
    retain(again(changed, LATER))
    assert sign_for_tests(again(changed))
    path.write_bytes(text)


def test_a_domain_that_never_held_anybody_may_be_renamed_while_another_has_a_list(
    own: Workspace,
) -> None:
    gone(own)
    edit(own, "policy.yml", "\n  teacher:\n", "\n  staff:\n")
    changed = edit(own, "datasets/teachers.yml", "domain: teacher,", "domain: staff,")
    sign_for_tests(changed)
    check_nothing_left_behind(again(changed))


def test_refused_rows_alone_hold_a_domain_too(own: Workspace) -> None:
    wrong = [{**ROWS[0], "sex": "?"}]
    with pytest.raises(Exception, match=r"delivery\."):
        take(own, "pupils", table(wrong))
    for name in own.deliveries.ids():
        assert own.deliveries.withdraw(name)
    assert own.quarantine.ids()
    shutil.rmtree(own.home / "protected")
    # Told as destroyed, as `cartable retain` would.
    for entry in list(own.ledger.entries("batch")):
        own.ledger.append("destroyed", zone="protected", batch=entry.facts["batch"])
    changed = domain_renamed(again(own))
    told = refused(lambda: check_nothing_left_behind(changed))
    assert told == {"subjects.domain_left pupils pupil"}
