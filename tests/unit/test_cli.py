"""The command line: every command explains itself, starts at once and answers in one line."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from pipeline import __version__
from pipeline.cli import app
from pipeline.errors import CartableError, ExitCode, PolicyError
from pipeline.settings import INSTALLATION
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command

HEAVY = ("pandas", "airflow", "great_expectations", "duckdb")
TOTALS = (
    "select ref_area, obs_value from totals "
    "where indicator = 'ENROLMENT' and area_level in ('departement', 'commune') order by ref_area"
)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.fixture(scope="module")
def released(
    tmp_path_factory: pytest.TempPathFactory, prepared_home: Path, small_project: Path
) -> Workspace:
    """Return a workspace with a release; tests must not change it."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(prepared_home, folder, dirs_exist_ok=True)
    workspace = small_country.open_workspace(folder, small_project)
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)
    return workspace


def test_the_commands_of_the_house_are_there() -> None:
    assert {" ".join(path) for path in COMMANDS} >= {
        *("demo", "ingest", "prepare", "approve", "publish", "status", "query"),
        *("release candidate", "release list", "release diff"),
        *("retain", "version", "contracts check", "contracts schema", "keys init"),
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_has_one_sentence_and_one_example_of_itself(path: tuple[str, ...]) -> None:
    sentence, _, rest = COMMANDS[path].help.partition("\n\n")
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert rest.strip().startswith(f"Example: cartable {' '.join(path)}")
    assert rest.strip().count("\n") == 0


@pytest.mark.parametrize("given", [["candidate-0"], ["candidate", "candidate-0"]])
def test_a_candidate_is_released_by_its_name_alone(
    given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("pipeline.cli.release.open_workspace", lambda: None)
    monkeypatch.setattr("pipeline.steps.release.release", lambda _, name, **__: asked.append(name))
    monkeypatch.setattr("pipeline.cli.console.show_receipts", lambda *_, **__: None)
    assert CliRunner().invoke(app, ["release", *given]).exit_code == 0
    assert asked == ["candidate-0"]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_explains_each_of_its_options(path: tuple[str, ...]) -> None:
    for parameter in COMMANDS[path].params:
        words = getattr(parameter, "help", None)
        assert words, parameter.name
        assert words.endswith("."), parameter.name


def _modules_after(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Return which of the heavy modules a command loaded, run in a process of its own."""
    code = (
        "import json, sys\n"
        "from pipeline.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as ending:\n    assert not ending.code, ending.code\n"
        f"print(json.dumps([m for m in {HEAVY} if m in sys.modules]), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=INSTALLATION,
        env={**os.environ, **(environment or {})},
    )
    return set(json.loads(ran.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [("--help",), ("query", "--help"), ("version",)])
def test_help_loads_no_slow_library(arguments: tuple[str, ...]) -> None:
    assert _modules_after(*arguments) == set()


def test_a_query_loads_the_database_alone(released: Workspace) -> None:
    environment = {
        "CARTABLE_HOME": str(released.home),
        "CARTABLE_KEYS": str(released.settings.keys),
    }
    assert _modules_after("query", TOTALS, environment=environment) == {"duckdb"}


def test_a_query_needs_no_key(command: Command, released: Workspace, tmp_path: Path) -> None:
    shutil.copytree(released.home, tmp_path / "data")
    settings = replace(released.settings, home=tmp_path / "data", keys=tmp_path / "no-keys")
    assert command(Workspace(settings), "query", TOTALS, "--format", "csv").code == 0


def test_a_query_of_another_publishers_release_is_refused(
    command: Command, released: Workspace, tmp_path: Path
) -> None:
    other = small_country.open_workspace(tmp_path, released.settings.project)
    settings = replace(released.settings, keys=other.settings.keys)
    ran = command(Workspace(settings), "query", TOTALS, "--format", "csv")
    assert (ran.code, ran.out) == (ExitCode.STORAGE, "")


def test_each_kind_of_refusal_has_its_own_exit_code() -> None:
    def kinds(base: type[CartableError]) -> Iterator[type[CartableError]]:
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    direct = [kind.exit_code for kind in CartableError.__subclasses__()]
    assert len(direct) == len(set(direct))
    assert {int(code) for code in ExitCode} == set(range(14))
    assert set(direct) == set(ExitCode) - {ExitCode.OK, ExitCode.UNEXPECTED, ExitCode.USAGE}
    assert {kind.exit_code for kind in kinds(CartableError)} == set(direct)


EXPECTED = {**dict.fromkeys(small_country.COMMUNES[:2], 48), "35039": 24, "35002": 24}
EXPECTED |= {"35005": 48, "35041": 0}


def test_a_query_answers_as_csv_json_parquet_and_table(
    command: Command, released: Workspace, tmp_path: Path
) -> None:
    wanted = {f"COM-{code}": count for code, count in EXPECTED.items()} | {"DEP-35": 192}
    said = command(released, "query", TOTALS, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert {row["ref_area"]: row["obs_value"] for row in rows} == {
        area: str(count) for area, count in wanted.items()
    }
    said = command(released, "query", TOTALS, "--format", "json")
    assert {row["ref_area"]: row["obs_value"] for row in json.loads(said.out)} == wanted
    path = tmp_path / "answer.parquet"
    said = command(released, "query", TOTALS, "--format", "parquet", "--output", str(path))
    assert (said.code, said.out) == (0, "")
    assert dict(zip(*(pq.read_table(path).to_pydict().values()), strict=True)) == wanted
    for ends, begins in ((".parquet", b"PAR1"), (".JSON", b"[{"), (".csv", b'"ref'), ("", b'"ref')):
        path = tmp_path / f"as-its-name-ends{ends}"
        assert command(released, "query", TOTALS, "--output", str(path)).code == 0
        assert path.read_bytes().startswith(begins), ends
    said = command(released, "query", TOTALS)
    assert {"ref_area", "obs_value", "DEP-35", "192"} <= set(said.out.replace("┃", " ").split())


def test_a_long_answer_is_cut_and_says_so(command: Command, released: Workspace) -> None:
    said = command(released, "query", TOTALS, "--format", "csv", "--limit", "2")
    assert said.code == 0
    assert len(said.out.splitlines()) == 3
    assert "--limit" in said.err


@pytest.mark.parametrize(
    "sql",
    [
        "drop table observations",
        "select 1; select 2",
        "select * from read_csv('/etc/passwd')",
        "copy observations to '/tmp/out.csv'",
        "select nothing from totals",
        "attach '/tmp/x.db'",
        "",
    ],
)
def test_a_query_that_does_more_than_ask_is_refused_in_one_line(
    command: Command, released: Workspace, sql: str
) -> None:
    ran = command(released, "query", sql)
    assert (ran.code, ran.out) == (10, "")
    assert ran.err.startswith("query.")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "nothing"), ("fr", "rien"), ("de", "noth")])
def test_errors_speak_the_language_that_is_set(
    command: Command, small: Workspace, language: str, word: str
) -> None:
    ran = command(small, "query", "select 1", language=language)
    assert (ran.code, len(ran.err.splitlines())) == (10, 1)
    assert ran.err.startswith("query.nothing_published: ")
    assert word in ran.err


@pytest.mark.parametrize(("language", "word"), [("en", "Check the paths"), ("fr", "les chemins")])
def test_a_place_where_nothing_can_be_written_is_told_with_the_reason_of_the_system(
    command: Command, released: Workspace, tmp_path: Path, language: str, word: str
) -> None:
    nowhere = str(tmp_path / "nowhere" / "answer.csv")
    ran = command(released, "query", TOTALS, "--output", nowhere, language=language)
    assert (ran.code, ran.err.partition(":")[0]) == (1, "command.system")
    assert "No such file or directory, " in ran.err
    assert word in ran.err
    assert "nowhere" not in ran.err


def test_only_a_table_is_cut_unasked(
    command: Command, released: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["pipeline.cli.main"], "TABLE_ROWS", 2)
    assert "Cut after 2 rows" in command(released, "query", TOTALS).err
    whole = tmp_path / "whole.csv"
    for words in (("--format", "csv"), ("--output", str(whole))):
        ran = command(released, "query", TOTALS, *words)
        assert ran.err == ""
        text = whole.read_text(encoding="utf-8") if whole.exists() else ran.out
        assert len(text.splitlines()) > 3


def test_what_is_published_already_is_not_asked_about_again(
    command: Command, released: Workspace
) -> None:
    ran = command(released, "publish", "--by", "delegate")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.count("(unchanged)") == 2


def test_no_approval_is_written_that_nobody_was_asked_for(
    command: Command, prepared: Workspace
) -> None:
    candidate = prepare(prepared).ids["candidate"]
    approve(prepared, candidate, approver="delegate")
    release(prepared, candidate)
    approvals = list(prepared.ledger.entries("approval"))
    ran = command(prepared, "publish", "--by", "another", "--yes")
    assert ran.code == 0, ran.err
    again = Workspace(prepared.settings, clock=prepared.clock)
    assert list(again.ledger.entries("approval")) == approvals


def test_a_publication_under_unsigned_rules_is_refused_before_anything_is_loaded(
    command: Command, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_workspace: object) -> None:
        raise PolicyError("policy.unsigned")

    monkeypatch.setattr("pipeline.steps.policy.require_policy", refuse)
    monkeypatch.setitem(sys.modules, "pipeline.steps.prepare", None)
    ran = command(workspace, "publish", "--by", "delegate")
    assert (ran.code, ran.err.partition(":")[0]) == (int(ExitCode.POLICY), "policy.unsigned")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("CARTABLE_APPROVERS", " , ", ExitCode.APPROVAL),
        ("CARTABLE_VAULT_COPY", "{home}/copy.json", ExitCode.STORAGE),
    ],
)
def test_settings_that_cannot_be_are_refused_with_the_code_of_their_kind(
    command: Command,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    code: ExitCode,
) -> None:
    monkeypatch.setenv(name, value.format(home=workspace.home))
    assert command(workspace, "status").code == int(code)


def test_an_interruption_says_what_to_do(
    command: Command, small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.steps.status.status", interrupt)
    ran = command(small, "status")
    assert ran.code == 130
    assert ran.err.startswith("command.interrupted: ")


def test_receipts_are_json_when_asked(command: Command, prepared: Workspace) -> None:
    [candidate] = prepared.review.candidates()
    for arguments in (
        ("prepare",),
        ("approve", candidate, "--by", "delegate"),
        ("release", candidate),
        ("retain",),
        ("contracts", "check"),
    ):
        ran = command(prepared, *arguments, "--json")
        assert ran.code == 0, ran.err
        assert set(json.loads(ran.out)) == {
            *("step", "changed", "ids", "counts", "hashes", "warnings")
        }
        # No terminal listens: progress is silent.
        assert ran.err == ""
    ran = command(prepared, "publish", "--by", "delegate", "--yes", "--json")
    assert [receipt["step"] for receipt in json.loads(ran.out)] == ["prepare", "release"]


def test_an_approval_says_what_publishes(command: Command, prepared: Workspace) -> None:
    [candidate] = prepared.review.candidates()
    ran = command(prepared, "approve", candidate, "--by", "delegate")
    assert ran.out.endswith(f"publish it: cartable release {candidate}\n")


def test_json_of_a_publication_that_asks_is_json_alone(
    command: Command, prepared: Workspace
) -> None:
    ran = command(prepared, "publish", "--by", "delegate", "--json", typed="y\n")
    assert ran.code == 0, ran.err
    assert len(json.loads(ran.out)) == 3
    assert "What this candidate hides" in ran.err
    # Schools are no persons: no threshold, and their name is whole.
    row = next(line for line in ran.err.splitlines() if "schools" in line)
    assert "\N{EN DASH}" in row


def test_status_is_json_when_asked(command: Command, released: Workspace) -> None:
    state = json.loads(command(released, "status", "--json").out)
    assert set(state) == {
        *("arrivals", "awaited", "batches", "doubles", "quarantine", "candidates"),
        *("release", "overdue"),
    }
    assert state["release"]["release"].startswith("release-")
    assert state["candidates"][0]["released"] is True
    assert {batch["left_out"] for batch in state["batches"]} == {0}


def test_status_names_the_policy_of_the_release_by_its_hash(
    command: Command, released: Workspace
) -> None:
    state = json.loads(command(released, "status", "--json").out)
    shown = f"policy-{state['release']['policy_hash'][:16]}"
    assert shown in command(released, "status").out


def test_status_is_readable_in_a_terminal_of_100_columns(
    command: Command, released: Workspace
) -> None:
    ran = command(released, "status")
    titles = (
        "Arrivals (senders)",
        "Refused whole",
        "Batches (rows)",
        "Quarantine",
        "Candidates",
        "Release in force",
    )
    places = [ran.out.index(title) for title in titles]
    assert places == sorted(places)
    assert max(map(len, map(str.rstrip, ran.out.splitlines()))) <= 100, ran.out
    assert "pupils-2021-" in ran.out


def test_status_of_an_empty_house_says_that_there_is_nothing(
    command: Command, small: Workspace
) -> None:
    ran = command(small, "status")
    assert (ran.code, ran.out.count(": none")) == (0, 6)


def test_version_is_that_of_the_package(command: Command, small: Workspace) -> None:
    assert command(small, "version").out == f"cartable {__version__}\n"


def test_contracts_are_checked_and_every_problem_is_told(
    command: Command, small: Workspace, tmp_path: Path
) -> None:
    ran = command(small, "contracts", "check")
    assert (ran.code, ran.out.partition(":")[0]) == (0, "valid")
    broken = tmp_path / "broken"
    shutil.copytree(small.settings.project, broken)
    path = broken / "contracts" / "datasets" / "pupils.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("unit: person", "unitt: person"))
    ran = command(small_country.open_workspace(tmp_path, broken), "contracts", "check")
    assert ran.code == 3
    assert ran.err.startswith("contract.invalid: ")
    assert "file contracts/datasets/pupils.yml, line" in ran.err


def test_schemas_are_written(command: Command, small: Workspace, tmp_path: Path) -> None:
    ran = command(small, "contracts", "schema", str(tmp_path / "schemas"))
    written = sorted(tmp_path.glob("schemas/*.schema.json"))
    assert [str(path) for path in written] == sorted(ran.out.splitlines())
    assert all(json.loads(path.read_text(encoding="utf-8"))["type"] == "object" for path in written)


def test_keys_are_made_once(command: Command, small: Workspace) -> None:
    before = {path: path.read_bytes() for path in small.settings.keys.rglob("*.*")}
    ran = command(small, "keys", "init")
    assert (ran.code, ran.err.partition(":")[0]) == (9, "storage.keys_exist")
    assert {path: path.read_bytes() for path in small.settings.keys.rglob("*.*")} == before
    shutil.rmtree(small.settings.keys)
    shutil.rmtree(small.home)
    assert command(small, "keys", "init").code == 0
    assert small.settings.keys.is_dir()


def test_no_keys_are_made_beside_data_that_lost_its_own(
    command: Command, prepared: Workspace
) -> None:
    shutil.rmtree(prepared.settings.keys)
    for words in (("keys", "init"), ("demo",)):
        ran = command(prepared, *words)
        assert (ran.code, ran.err.partition(":")[0]) == (9, "storage.keys_lost")
    assert not prepared.settings.keys.exists()
