"""cartable risk: from deliveries to figures, a proposal, a signed recoding, and what it leaves."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import ContractError, PolicyError, PrivacyError
from pipeline.steps.counting import count_period
from pipeline.steps.prepare import prepare
from pipeline.steps.recoding import apply_recoding, propose
from pipeline.steps.risk import measure
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from tests import small_country
from tests.conftest import Command
from tests.privacy.recoding_sample import add_origin
from tests.signing import sign_for_tests

pytestmark = pytest.mark.slow

RECODINGS = 'pupils:\n  "2021":\n    columns: {origin: %s}\n    reason: k\n'


def write_project(folder: Path) -> Path:
    """Write the small country's project, in which a pupil's country of birth is kept."""
    project = small_country.write_project(folder)
    add_origin(project, "pupils")
    return project


def pupils(schools: list[str] | None = None) -> bytes:
    """Return pupils of two schools of 24: all girls of one level but one were born in FR."""
    rows = []
    for school in schools or list(small_country.SCHOOLS)[:2]:
        rows += [{**row, "origin": "FR"} for row in small_country.pupil_rows(24, [school])]
        rows[-1]["origin"] = "DE"
    return small_country.table(rows)


def take(workspace: Workspace, content: bytes | None = None) -> None:
    small_country.take_all(
        workspace,
        {
            "schools": small_country.schools(),
            "population": small_country.population(),
            "pupils": content or pupils(),
        },
    )


def recode(workspace: Workspace, asked: int | str) -> Workspace:
    """Return the workspace once a recoding was written into its contracts and signed."""
    path = workspace.settings.project / "contracts" / "recodings.yml"
    path.write_text(RECODINGS % asked, encoding="utf-8")
    return sign_for_tests(Workspace(workspace.settings, clock=workspace.clock))


@pytest.fixture(scope="module")
def origin_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("origin")
    take(small_country.open_workspace(folder, write_project(folder / "project")))
    return folder


@pytest.fixture
def held(tmp_path: Path, origin_home: Path) -> Workspace:
    """Return a workspace of its own in which pupils with a country of birth are held."""
    shutil.copytree(origin_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, tmp_path / "project")


def origins(workspace: Workspace) -> Counter[str | None]:
    return Counter(workspace.protected.current("pupils", "2021")["origin"].to_pylist())


def test_the_measures_are_those_of_the_rows_held(held: Workspace) -> None:
    found = measure(held, "pupils")
    expected = ("school_age", "sex", "school_code", "edu_level", "origin")
    assert found.quasi_identifiers == expected
    assert found.sensitive == ("home_internet", "home_device")
    rows = held.protected.current("pupils", "2021").to_pylist()
    classes = Counter(tuple(row[name] for name in found.quasi_identifiers) for row in rows)
    assert (found.after.rows, found.after.classes, found.after.k) == (48, len(classes), 1)
    assert found.after.unique_rows == sum(size == 1 for size in classes.values()) == 2
    assert found.before == found.after
    assert (found.limits.k, found.limits.distinct_l, found.limits.record_risk) == (5, 2, 0.2)


def test_each_run_is_one_entry_of_figures_and_the_next_lists_it(held: Workspace) -> None:
    first = measure(held, "pupils")
    assert first.history == ()
    second = measure(held, "pupils", "2021")
    assert [past.risk for past in second.history] == [
        type(first.after)(**{
            **{name: getattr(first.after, name) for name in first.after.__slots__},
            "mean_risk": round(first.after.mean_risk, 9),
            "diversity": second.history[0].risk.diversity,
        })
    ]  # fmt: skip
    for kept, told in zip(second.history[0].risk.diversity, first.after.diversity, strict=True):
        assert kept.t == pytest.approx(told.t, abs=1e-8)
        assert (kept.column, kept.distinct_l) == (told.column, told.distinct_l)
    entries = list(held.ledger.entries("risk"))
    assert len(entries) == 2
    assert entries[0].facts["wanted_k"] == 5
    assert held.ledger.verify()
    assert len(measure(held, "pupils").history) == 2


def test_the_least_recoding_is_proposed_and_reaches_k(held: Workspace) -> None:
    proposed = propose(held, "pupils")
    assert (proposed.k, proposed.k_now, proposed.rows) == (5, 1, 48)
    assert proposed.columns() == {"origin": 1}
    assert proposed.search.k == 6
    assert set(proposed.needed) == {"sex", "school_code", "edu_level"}
    assert proposed.search.rows_changed == 48
    again = recode(held, 1)
    before = origins(again)
    assert before == {"FR": 46, "DE": 2}
    pending = measure(again, "pupils")
    assert not pending.is_applied
    assert (pending.before.k if pending.before else None, pending.after.k) == (1, 6)
    done = apply_recoding(again, "pupils")
    assert (done.changed, done.counts["batches"]) == (True, 1)
    assert origins(again) == {"EU": 48}
    applied = measure(again, "pupils")
    assert applied.is_applied
    assert (applied.before.k if applied.before else None, applied.after.k) == (1, 6)
    assert applied.history[-1].recoding == ""
    assert propose(again, "pupils").columns() == {"origin": 1}
    assert apply_recoding(again, "pupils").changed is False
    assert len(list(again.ledger.entries("recoded"))) == 1


def test_a_recoding_that_a_kill_left_untold_is_told_by_the_next_run(
    held: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    recoded = recode(held, 1)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            apply_recoding(recoded, "pupils")
    assert origins(recoded) == {"EU": 48}
    assert list(recoded.ledger.entries("recoded")) == []
    for _ in range(2):
        assert not apply_recoding(recoded, "pupils").changed
        [told] = recoded.ledger.entries("recoded")
    [batch] = recoded.protected.batches("pupils", "2021")
    assert (told.facts["batches"], told.facts["files"]) == (1, len(batch.parts))
    assert measure(recoded, "pupils").is_applied


def _interrupt(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_what_comes_in_is_recoded_as_what_was_held(held: Workspace, tmp_path: Path) -> None:
    recoded = recode(held, 1)
    apply_recoding(recoded, "pupils")
    fresh = small_country.open_workspace(tmp_path / "fresh", recoded.settings.project)
    take(fresh)
    held_rows, fresh_rows = (
        Counter(map(str, rows.to_pylist()))
        for one in (recoded, fresh)
        for rows in [one.protected.current("pupils", "2021").drop(["pupil_pseudonym"])]
    )
    assert fresh_rows == held_rows
    assert measure(fresh, "pupils").is_applied
    # Nobody ever measured these rows without the recoding.
    assert measure(fresh, "pupils").before is None


def test_a_batch_is_recoded_alike_whatever_else_it_holds(held: Workspace, tmp_path: Path) -> None:
    project = recode(held, 1).settings.project
    one, other = list(small_country.SCHOOLS)[:2]
    apart = small_country.open_workspace(tmp_path / "apart", project)
    take(apart, pupils([one]))
    small_country.take(apart, "pupils", pupils([other]))
    assert origins(apart) == {"EU": 48}


def test_another_period_is_not_recoded(held: Workspace) -> None:
    recoded = recode(held, "suppress")
    last_year = {"schools": small_country.schools(), "pupils": pupils()}
    small_country.take_all(recoded, last_year, period="2020")
    kept = recoded.protected.current("pupils", "2020")["origin"].to_pylist()
    assert Counter(kept) == {"FR": 46, "DE": 2}
    assert measure(recoded, "pupils", "2020").recoding is None


def test_a_suppressed_column_is_empty_and_the_published_tables_are_the_same(
    held: Workspace,
) -> None:
    before = cells(held)
    recoded = recode(held, "suppress")
    apply_recoding(recoded, "pupils")
    assert origins(recoded) == {None: 48}
    assert measure(recoded, "pupils").after.k == 6
    after = cells(recoded)
    assert set(before) == set(after) == small_country.TABLES
    assert all(before[name].equals(after[name]) for name in before)


def cells(workspace: Workspace) -> dict[str, pa.Table]:
    return {
        name: counted.cells.sort_by(
            [(column, "ascending") for column in counted.cells.column_names]
        )
        for name, counted in count_period(workspace, "2021").items()
    }


def test_a_recoding_that_is_not_signed_changes_nothing(held: Workspace) -> None:
    path = held.settings.project / "contracts" / "recodings.yml"
    path.write_text(RECODINGS % "suppress", encoding="utf-8")
    unsigned = Workspace(held.settings, clock=held.clock)
    with pytest.raises(PolicyError):
        apply_recoding(unsigned, "pupils")
    assert origins(held) == {"FR": 46, "DE": 2}


def test_without_a_recoding_there_is_nothing_to_apply(held: Workspace) -> None:
    with pytest.raises(PrivacyError, match=r"risk\.not_in_force"):
        apply_recoding(held, "pupils")


@pytest.mark.parametrize(
    ("dataset", "period", "code"),
    [
        ("dragons", None, "contract.unknown_dataset"),
        ("schools", None, "risk.no_persons"),
        ("teachers", None, "risk.no_rows"),
        ("pupils", "2019", "risk.no_rows"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    held: Workspace, dataset: str, period: str | None, code: str
) -> None:
    for act in (measure, propose):
        with pytest.raises(PrivacyError) as refused:
            act(held, dataset, period)
        assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("NOT reached", "at least 5", "smallest class")),
        ("fr", ("NON atteint", "au moins 5")),
    ],
)
def test_the_page_says_figures_thresholds_verdicts_and_history(
    command: Command, held: Workspace, language: str, words: tuple[str, ...]
) -> None:
    assert command(held, "risk", "pupils", language=language).code == 0
    said = command(held, "risk", "pupils", language=language)
    assert said.err == ""
    assert all(word in said.out for word in words)
    assert "home_internet" in said.out
    # The first run is the history of the second.
    assert len(re.findall(r"20\d\d-\d\d-\d\d \d\d:\d\d", said.out)) == 1
    for value in ("FR ", "DE ", small_country.MARKER, "0350001A"):
        assert value not in said.out


def test_the_page_compares_before_and_after(command: Command, held: Workspace) -> None:
    recoded = recode(held, 1)
    said = command(recoded, "risk", "pupils").out
    assert "without recoding" in said
    assert "--apply" in said
    assert command(recoded, "risk", "pupils", "--apply").out.startswith("risk apply: pupils, 2021")
    told = json.loads(command(recoded, "risk", "pupils", "--json").out)
    assert (told["before"]["k"], told["after"]["k"], told["is_applied"]) == (1, 6, True)
    assert told["recoding"] == {"origin": 1}
    assert len(told["history"]) == 1


def test_the_proposal_can_be_pasted_into_the_contracts(command: Command, held: Workspace) -> None:
    said = command(held, "risk", "pupils", "--propose")
    assert said.code == 0
    text = said.out[said.out.index("pupils:\n") :].split("\n\n")[0] + "\n"
    path = held.settings.project / "contracts" / "recodings.yml"
    path.write_text(text, encoding="utf-8")
    signed = sign_for_tests(Workspace(held.settings, clock=held.clock))
    assert signed.project.contracts.recodings["pupils"]["2021"].columns == {"origin": 1}
    assert "origin_group" in said.out
    told = json.loads(command(signed, "risk", "pupils", "--propose", "--json").out)
    assert (told["k_now"], told["k_after"], told["columns"]) == (1, 6, {"origin": 1})


def test_where_k_is_reached_nothing_is_proposed(command: Command, delivered: Workspace) -> None:
    # Six of a kind in each school: k = 5 is reached.
    assert "Nothing needs to be coarser" in command(delivered, "risk", "pupils", "--propose").out


def test_no_recoding_helps_where_the_tables_need_all(
    command: Command, tmp_path: Path, small_project: Path
) -> None:
    workspace = small_country.open_workspace(tmp_path, small_project)
    few = small_country.table(small_country.pupil_rows(4))
    take_rows = {"schools": small_country.schools(), "pupils": few}
    small_country.take_all(workspace, take_rows)
    for language, words in (("en", "no recoding reaches"), ("fr", "aucun recodage n'atteint")):
        said = command(workspace, "risk", "pupils", "--propose", language=language)
        assert (said.code, said.err) == (0, "")
        assert words in said.out
        assert "sql/counts/enrolment.sql" in said.out


def test_one_question_at_a_time(command: Command, held: Workspace) -> None:
    said = command(held, "risk", "pupils", "--propose", "--apply")
    assert said.code == 2


def test_a_recoding_of_what_a_table_needs_stops_everything(held: Workspace) -> None:
    path = held.settings.project / "contracts" / "recodings.yml"
    path.write_text(RECODINGS.replace("origin", "school_code") % "suppress", encoding="utf-8")
    with pytest.raises(ContractError) as refused:
        prepare(Workspace(held.settings, clock=held.clock))
    assert [p.code for p in refused.value.problems] == ["risk.recoding_needed"]
