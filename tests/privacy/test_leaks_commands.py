"""Every command on persons, keys, rules and papers, under watch: it shows and leaves nobody.

The commands run on a small country with persons of its own, some refused, by names that stand
nowhere else. What is opened in clear goes to a file of the caller's, and names those alone whom
the caller asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.privacy.pseudonyms import pseudonymise
from pipeline.storage.keys import KeyRing
from tests.privacy.scan import Identities
from tests.privacy.scan_demo import persons_of
from tests.privacy.scan_runs import Run, run_watched
from tests.privacy.scan_views import views_of, views_of_folder
from tests.small_country import (
    PERIOD,
    Row,
    deliveries,
    open_workspace,
    pupil_rows,
    table,
    take_all,
    write_project,
)

PER_SCHOOL = 24
EXPORTED, ERASED, RESTRICTED = 30, 60, 90
REFUSED = (5, 17)

pytestmark = pytest.mark.slow


def named_pupils() -> list[Row]:
    """Return the small country's pupils, by names, days and streets that are theirs alone."""
    families = map("".join, product(("Zor", "Quil", "Vyx"), ("ba", "mu", "we", "ko"), SYLLABLES))
    return [
        {
            **row,
            "family_name": family,
            "given_name": f"Yse{family[3:]}",
            "birth_date": f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2009 + number % 7}",
            "address": f"{number} rue {family[::-1]}, 35000 Rennes",
            "guardian_email": f"{family}.{number}@xylo.example",
            "sex": "?" if number in REFUSED else row["sex"],
        }
        for number, (row, family) in enumerate(zip(pupil_rows(PER_SCHOOL), families, strict=False))
    ]


SYLLABLES = tuple(a + b for a in "bdfgklmnprst" for b in ("ij", "oux", "yk"))


@dataclass
class Commanded:
    """What the commands did.

    Attributes:
        ran: one watched process for each time the rules were the same.
        caller: the folder of the person who gave the commands: what is given and opened there.
        rows: the pupils as delivered.
        candidate: what was prepared first.
        batch: of the pupils.
        rings: the keys as they were, and as they are.
        root_keys: the root keys, before and after.
    """

    ran: list[Run]
    caller: Path
    rows: list[Row]
    candidate: str
    batch: str
    rings: list[KeyRing]
    root_keys: list[bytes]

    def everybody(self) -> Identities:
        """Return the identities of all pupils, with pseudonyms and keys of each time."""
        project = open_workspace(self.ran[0].folder, self.ran[0].folder / "project").project
        domain = project.contracts.policy.domains["pupil"]
        ids = pa.array([row["national_id"] for row in self.rows])
        keys = self.rings[-1].pseudonym_keys("pupil", *domain.scope(PERIOD))
        assert len(keys) == 2
        pseudonyms = [
            one
            for epoch in (1, 2)
            for one in pseudonymise(
                [ids], keys=keys[:epoch], canonical=domain.canonical
            ).to_pylist()
        ]
        secrets = {f"pseudonym {epoch}": key for epoch, key in enumerate(keys, 1)}
        for time, ring in enumerate(self.rings):
            secrets |= {
                f"vault {time}": ring._state.vault_key,
                f"base {time}": ring._state.base,
                f"publisher {time}": ring._publisher.private_bytes_raw(),
                f"root {time}": self.root_keys[time],
            }
        return Identities(
            persons_of("pupils", table(self.rows)), pseudonyms=pseudonyms, secrets=secrets
        )


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Commanded:
    folder = tmp_path_factory.mktemp("commanded")
    project, caller, rows = write_project(folder / "project"), folder / "caller", named_pupils()
    caller.mkdir()
    workspace = open_workspace(folder, project)
    take_all(workspace, deliveries() | {"pupils": table(rows)})
    given(caller, rows)
    rings, roots = [KeyRing.open(folder / "keys")], [(folder / "keys" / "root.key").read_bytes()]
    environment = {"CARTABLE_PROJECT": str(project), "CARTABLE_LANG": "en"}
    first = run_watched(folder, [["prepare", "--json"]], environment=environment)
    [candidate] = workspace.review.candidates()
    [batch] = [one.batch_id for one in workspace.protected.batches("pupils")]
    commands = on_persons(caller, candidate=candidate, batch=batch)
    second = run_watched(folder, commands, environment=environment)
    loosen(project)
    third = run_watched(folder, on_rules(folder / "keys" / "persons"), environment=environment)
    rings.append(KeyRing.open(folder / "keys"))
    roots.append((folder / "keys" / "root.key").read_bytes())
    return Commanded([first, second, third], caller, rows, candidate, batch, rings, roots)


def given(caller: Path, rows: Sequence[Row]) -> None:
    """Write what the caller gives: persons by number, and words that name one of them."""
    for name, number in (("held", EXPORTED), ("gone", ERASED), ("apart", RESTRICTED)):
        write_own(caller / f"{name}.txt", rows[number]["national_id"] + "\n")
    row = rows[EXPORTED]
    words = f"{row['given_name']} {row['family_name']}, {row['address']}, {row['national_id']}\n"
    write_own(caller / "words.txt", words)


def write_own(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def on_persons(caller: Path, *, candidate: str, batch: str) -> list[list[str]]:
    """Return the commands on persons, keys and papers, in an order in which each succeeds."""
    subject = ["--dataset", "pupils", "--id-file"]
    words = ["--words-file", f"{caller}/words.txt"]
    lines = f"""
        request open --right access --identity school {" ".join(words)}
        request update request-0001 --extend complex {" ".join(words)}
        request decide request-0001 --decision granted {" ".join(words)}
        subject find {" ".join(subject)} {caller}/held.txt
        subject find {" ".join(subject)} {caller}/held.txt --json
        subject export {" ".join(subject)} {caller}/held.txt --to {caller}/held.json
        review open {candidate} --table exact_enrolment --reason audit --to {caller}/exact.json
        review open {candidate} --table exact_enrolment --reason audit
        request list
        request open --right erasure --identity school --json
        subject erase {" ".join(subject)} {caller}/gone.txt --yes --certificate certificate.json
        subject find {" ".join(subject)} {caller}/gone.txt
        subject restrict {" ".join(subject)} {caller}/apart.txt
        subject unrestrict {" ".join(subject)} {caller}/apart.txt --json
        breach report --nature confidentiality --dataset pupils --persons 3 {" ".join(words)}
        breach update breach-0001 --risk high {" ".join(words)}
        breach list --json
        quarantine show {batch} --reason correction --to {caller}/refused.json
        quarantine show {batch} --reason correction
        quarantine list
        quarantine list --json
        quarantine show {batch}
        quarantine show {batch} --json
        quarantine report {batch} --to report.html
        quarantine report {batch} --to report.csv --lang fr
        quarantine show {batch} --reason correction --to {caller}/rows.csv
        quarantine fix {batch} --file {caller}/rows.csv
        quarantine release {batch} --json
        quarantine discard {batch} --reason sender_gave_up --yes
        doctor
        doctor --json
        risk pupils
        risk pupils --propose
        audit report --period {PERIOD} --to audit.html
        audit dpia --to pia.json
        audit register --to register
        keys rotate --vault
        keys rotate --data
        keys rotate --domain pupil
        keys rotate --root --json
        keys status --json
        policy show
        policy show --lang fr --json
        policy diff
        ledger show --last 200
        ledger show --last 200 --json
        ledger verify
        lineage enrolment.pupils
    """
    return [line.split() for line in lines.strip().splitlines()]


def on_rules(persons: Path) -> list[list[str]]:
    """Return the commands by which changed rules come in force."""
    lines = f"""
        policy diff
        policy diff --lang fr --json
        policy opine --key {persons}/dpo.pem --opinion favourable
        policy sign --key {persons}/delegate.pem
        policy status --json
        ledger show --kind policy --json
    """
    return [line.split() for line in lines.strip().splitlines()]


def loosen(project: Path) -> None:
    """Lower a threshold of the policy, under a version of its own."""
    path = project / "contracts" / "policy.yml"
    text = path.read_text(encoding="utf-8")
    assert "version: 1\n" in text
    path.write_text(
        text.replace("version: 1\n", "version: 2\n", 1).replace("value: 5\n", "value: 4\n", 1),
        encoding="utf-8",
    )


def test_each_command_did_what_it_was_asked(commanded: Commanded) -> None:
    failed = [
        (" ".join(command), code)
        for run in commanded.ran
        for command, code in zip(run.commands, run.codes, strict=True)
        if code
    ]
    # What is in clear is not shown where nobody looks; rules that changed are told by a code.
    assert failed == [
        (f"review open {commanded.candidate} --table exact_enrolment --reason audit", 6),
        (f"quarantine show {commanded.batch} --reason correction", 6),
        ("policy diff", 11),
        ("policy diff --lang fr --json", 11),
    ]
    printed = b"".join(run.stdout for run in commanded.ran)
    assert b"request-0001" in printed
    assert b"breach-0001" in printed
    assert len(printed) > 50_000


def test_no_command_prints_or_leaves_a_person_a_pseudonym_or_a_key(commanded: Commanded) -> None:
    everybody = commanded.everybody()
    assert everybody.count == len(commanded.rows) == 8 * PER_SCHOOL
    for run in commanded.ran:
        assert {"environ", "cmdline"} <= run.seen.keys()
        assert list(everybody.find(run.printed())) == []
    # One home and one working folder for all of them.
    assert list(everybody.find(commanded.ran[-1].left())) == []
    assert {path.name for path in (commanded.ran[0].folder / "cwd").iterdir()} == {
        "audit.html",
        "certificate.json",
        "pia.json",
        "register",
        "report.csv",
        "report.html",
    }
    assert list((commanded.ran[0].folder / "tmp").iterdir()) == []


def test_the_scan_would_see_whom_the_commands_show(commanded: Commanded) -> None:
    row = commanded.rows[EXPORTED]
    kinds = {hit.kind for hit in commanded.everybody().find(views_of_folder(commanded.caller))}
    assert kinds >= {"name", "national id", "address", "e-mail"}
    shown = f"x {row['birth_date']} {commanded.root_keys[-1].hex()}".encode()
    assert {hit.kind for hit in commanded.everybody().find(views_of("stdout", shown))} == {
        "birth date",
        "key",
    }


def test_what_is_opened_in_clear_names_those_alone_who_were_asked_for(
    commanded: Commanded,
) -> None:
    rows = commanded.rows
    asked = {"held.json": [EXPORTED], "refused.json": list(REFUSED), "exact.json": []}
    for name, numbers in asked.items():
        content = (commanded.caller / name).read_bytes()
        others = [row for number, row in enumerate(rows) if number not in numbers]
        # A day of birth is that of many: the days of those asked for may be shown.
        days = frozenset("".join(reversed(rows[n]["birth_date"].split("/"))) for n in numbers)
        identities = Identities(persons_of("pupils", table(others)), known_dates=days)
        assert list(identities.find(views_of(name, content))) == [], name
        for number in numbers:
            assert rows[number]["national_id"].encode() in content
    assert len(json.loads((commanded.caller / "exact.json").read_bytes())) > 10
