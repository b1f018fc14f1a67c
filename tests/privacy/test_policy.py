"""The signed policy: two persons, two keys, and nothing goes on without them."""

from __future__ import annotations

import io
import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ApprovalError, ExitCode, PolicyError, StorageError
from pipeline.steps.comparing import changes_since_signed
from pipeline.steps.policy import State, require_policy, standing
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.signing import enrol, opine, sign, sign_demonstration
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.policies import PolicyStore
from pipeline.storage.signatories import (
    ROLES,
    Role,
    make_person_key,
    public_path,
    read_public_key,
)
from tests import small_country
from tests.conftest import Command
from tests.signing import person, sign_for_tests

WORDS = b"The width is too small for one class per school.\n"


@pytest.fixture
def own(tmp_path: Path, small_project: Path) -> Workspace:
    """A workspace whose project may be changed, with keys and nobody enrolled."""
    project = tmp_path / "project"
    shutil.copytree(small_project, project)
    (tmp_path / "keys").mkdir(mode=0o700)
    KeyRing.create(tmp_path / "keys")
    return small_country.open_workspace(tmp_path, project)


def again(workspace: Workspace) -> Workspace:
    """Return the same workspace as the next command sees it."""
    return small_country.open_workspace(workspace.home.parent, workspace.settings.project)


def edit(workspace: Workspace, old: str, new: str, file: str = "policy.yml") -> Workspace:
    path = workspace.settings.project / "contracts" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return again(workspace)


def enrolled(workspace: Workspace) -> Workspace:
    for role in ROLES:
        enrol(workspace, role, person(workspace, role).public_key)
    return workspace


class Unreadable(io.RawIOBase):
    """A delivery of which nothing may be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        pytest.fail("the delivery was read")


Step = Callable[[Workspace], object]


def ingest_unread(workspace: Workspace) -> None:
    from pipeline.steps.ingest import ingest

    delivery = io.BufferedReader(Unreadable())
    ingest(workspace, "schools", delivery, file="schools.csv", period="2021")


@pytest.mark.parametrize("step", [ingest_unread, prepare])
def test_nothing_is_read_under_a_policy_that_nobody_signed(own: Workspace, step: Step) -> None:
    for prepared in (again, enrolled):
        workspace = prepared(own)
        with pytest.raises(PolicyError, match=r"policy\.unsigned") as refusal:
            step(workspace)
        assert refusal.value.exit_code == ExitCode.POLICY
    opine(own, person(own, "dpo"), "favourable")
    with pytest.raises(PolicyError, match=r"policy\.unsigned"):
        step(own)
    assert not (own.home / "deliveries").exists()


@pytest.mark.slow
def test_an_unsigned_change_blocks_publication_and_names_the_file(own: Workspace) -> None:
    sign_for_tests(own)
    small_country.take_all(own, small_country.deliveries())
    candidate = prepare(own).ids["candidate"]
    approve(own, candidate, approver="delegate")
    changed = edit(own, "value: 5", "value: 2")
    for step in (
        ingest_unread,
        prepare,
        lambda workspace: approve(workspace, candidate, approver="delegate"),
        lambda workspace: release(workspace, candidate),
    ):
        with pytest.raises(PolicyError, match=r"policy\.changed") as refusal:
            step(changed)
        assert [problem.place.file for problem in refusal.value.problems] == [
            "contracts/policy.yml"
        ]
    assert own.published.current() is None
    assert standing(changed).changed == {"contracts/policy.yml": "changed"}
    back = edit(changed, "value: 2", "value: 5")
    assert release(back, candidate).changed


@pytest.mark.slow
def test_a_signed_change_supersedes_the_candidate_and_lets_a_new_one_through(
    own: Workspace,
) -> None:
    sign_for_tests(own)
    small_country.take_all(own, small_country.deliveries())
    old = prepare(own).ids["candidate"]
    approve(own, old, approver="delegate")
    changed = sign_for_tests(edit(own, "value: 5", "value: 6"))
    with pytest.raises(ApprovalError, match=r"approval\.superseded"):
        release(changed, old)
    new = prepare(changed).ids["candidate"]
    approve(changed, new, approver="delegate")
    assert release(changed, new).changed


@pytest.mark.slow
def test_a_changed_query_or_suite_is_a_changed_policy(own: Workspace) -> None:
    from pipeline.settings import INSTALLATION

    for part in ("sql", "expectations"):
        shutil.copytree(INSTALLATION / part, own.settings.project / part)
    sign_for_tests(again(own))
    for file, old, new in (
        ("sql/counts/enrolment.sql", "count(*)", "count(distinct sex)"),
        ("expectations/protected/pupils.json", '"critical"', '"warning"'),
        ("demo/facts/territories.csv", "6874", "6875"),
    ):
        path = own.settings.project / file
        content = path.read_bytes()
        path.write_bytes(content.replace(old.encode(), new.encode(), 1))
        assert standing(again(own)).changed == {file: "changed"}
        [change] = changes_since_signed(again(own))
        assert change.is_loosening
        assert change.problem.place.file == file
        path.write_bytes(content)
    assert standing(again(own)).state is State.IN_FORCE


def test_the_delegate_cannot_sign_before_the_officer_spoke_on_these_very_rules(
    own: Workspace,
) -> None:
    enrolled(own)
    with pytest.raises(PolicyError, match=r"policy\.no_opinion"):
        sign(own, person(own, "delegate"))
    opine(own, person(own, "dpo"), "favourable")
    changed = edit(own, "value: 30", "value: 31")
    with pytest.raises(PolicyError, match=r"policy\.no_opinion"):
        sign(changed, person(own, "delegate"))
    assert sign(edit(changed, "value: 31", "value: 30"), person(own, "delegate")).changed


def test_an_unfavourable_opinion_blocks_until_it_is_answered_in_writing(own: Workspace) -> None:
    enrolled(own)
    with pytest.raises(PolicyError, match=r"policy\.opinion_without_words"):
        opine(own, person(own, "dpo"), "unfavourable")
    opine(own, person(own, "dpo"), "unfavourable", words=WORDS)
    with pytest.raises(PolicyError, match=r"policy\.unanswered"):
        sign(own, person(own, "delegate"))
    sign(own, person(own, "delegate"), answer=b"The width is that of the handbook.\n")
    policy = require_policy(own)
    found = standing(own)
    assert found.opinion is not None
    assert found.signature is not None
    store = PolicyStore(own.home)
    assert store.words(policy, found.opinion.words).encode() == WORDS
    assert "handbook" in store.words(policy, found.signature.answer)


def test_an_officer_who_changes_their_mind_blocks_what_is_in_force(own: Workspace) -> None:
    sign_for_tests(own)
    opine(own, person(own, "dpo"), "with_reservations", words=WORDS)
    assert standing(own).state is State.IN_FORCE
    opine(own, person(own, "dpo"), "unfavourable", words=WORDS)
    with pytest.raises(PolicyError, match=r"policy\.blocked"):
        require_policy(own)
    sign(own, person(own, "delegate"), answer=b"Answered.\n")
    assert require_policy(own)


def test_each_signs_with_their_own_key_only(own: Workspace, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"policy\.nobody_enrolled"):
        opine(own, person(own, "dpo"), "favourable")
    enrolled(own)
    for wrong in (person(own, "delegate"), make_person_key(tmp_path / "x.pem", passphrase=None)):
        with pytest.raises(PolicyError, match=r"policy\.not_enrolled"):
            opine(own, wrong, "favourable")
    opine(own, person(own, "dpo"), "favourable")
    with pytest.raises(PolicyError, match=r"policy\.not_enrolled"):
        sign(own, person(own, "dpo"))
    assert standing(own).state is State.UNSIGNED


def test_one_person_cannot_hold_both_roles(own: Workspace) -> None:
    enrol(own, "dpo", person(own, "dpo").public_key)
    with pytest.raises(PolicyError, match=r"policy\.one_person"):
        enrol(own, "delegate", person(own, "dpo").public_key)
    assert len(list(own.ledger.entries("policy_signatory"))) == 1


def test_a_key_is_replaced_by_its_fingerprint_and_what_it_signed_must_be_signed_again(
    own: Workspace, tmp_path: Path
) -> None:
    sign_for_tests(own)
    new = make_person_key(tmp_path / "new.pem", passphrase=None).public_key
    for confirmed in (None, "", "0" * 64):
        with pytest.raises(PolicyError, match=r"policy\.replace_unconfirmed") as refusal:
            enrol(own, "delegate", new, confirmed=confirmed)
    told = dict(refusal.value.problem.facts)
    assert require_policy(own)
    receipt = enrol(own, "delegate", new, confirmed=str(told["after"]))
    entry = own.ledger.find("policy_signatory", role="delegate")
    assert entry is not None
    assert (entry.facts["key"], entry.facts["replaces"]) == (told["after"], told["before"])
    assert (receipt.changed, receipt.hashes["fingerprint"]) == (True, told["after"])
    assert standing(own).state is State.UNSIGNED
    assert not enrol(own, "delegate", new).changed


def test_an_earlier_policy_does_not_come_back_by_itself(own: Workspace) -> None:
    sign_for_tests(own)
    stricter = sign_for_tests(edit(own, "value: 5", "value: 9"))
    assert require_policy(stricter)
    looser = edit(stricter, "value: 9", "value: 5")
    looser = edit(looser, "version: 2\n", "version: 1\n")
    with pytest.raises(PolicyError, match=r"policy\.changed"):
        require_policy(looser)
    sign(looser, person(own, "delegate"))
    assert require_policy(looser)


def test_what_counted_once_does_not_count_again_by_being_told_again(own: Workspace) -> None:
    sign_for_tests(own)
    first = {
        kind: own.ledger.find(kind, policy=standing(own).policy)
        for kind in ("policy_opinion", "policy_signature")
    }
    opine(own, person(own, "dpo"), "unfavourable", words=WORDS)
    for kind, told in first.items():
        assert told is not None
        own.ledger.append(kind, **told.facts)
        with pytest.raises(PolicyError, match=r"policy\.told_twice") as refusal:
            require_policy(again(own))
        assert dict(refusal.value.problem.facts)["first"] == told.seq
        # Given again on the same day it is another record, and counts.
        opine(own, person(own, "dpo"), "with_reservations", words=WORDS)
        sign(own, person(own, "delegate"))
        assert require_policy(again(own))


def test_the_same_rules_signed_again_on_the_same_day_are_another_record(own: Workspace) -> None:
    sign_for_tests(own)
    sign_for_tests(edit(own, "value: 5", "value: 9"))
    back = edit(edit(own, "value: 9", "value: 5"), "version: 2\n", "version: 1\n")
    sign(back, person(own, "delegate"))
    assert require_policy(again(own))
    told = list(own.ledger.entries("policy_signature"))
    assert told[0].facts["policy"] == told[2].facts["policy"]
    assert len({entry.facts["record"] for entry in told}) == 3


def test_a_version_stands_for_one_content(own: Workspace) -> None:
    sign_for_tests(own)
    changed = edit(own, "value: 5", "value: 9")
    opine(changed, person(own, "dpo"), "favourable")
    with pytest.raises(PolicyError, match=r"policy\.version_stands: Version 1 .* `version: 2`"):
        sign(changed, person(own, "delegate"))
    assert own.ledger.find("policy_signature", policy=standing(changed).policy) is None
    raised = edit(changed, "version: 1\n", "version: 2\n")
    opine(raised, person(own, "dpo"), "favourable")
    assert sign(raised, person(own, "delegate")).changed
    # Nor may a version that was left stand for something new.
    lowered = edit(edit(raised, "version: 2\n", "version: 1\n"), "value: 9", "value: 8")
    opine(lowered, person(own, "dpo"), "favourable")
    with pytest.raises(PolicyError, match=r"policy\.version_stands"):
        sign(lowered, person(own, "delegate"))


def test_signing_again_adds_nothing(own: Workspace) -> None:
    sign_for_tests(own)
    entries = own.ledger.verify()
    sign_for_tests(again(own))
    assert own.ledger.verify() == entries


def test_the_ledger_holds_hashes_and_no_words(own: Workspace) -> None:
    enrolled(own)
    opine(own, person(own, "dpo"), "unfavourable", words=WORDS)
    sign(own, person(own, "delegate"), answer=WORDS)
    kinds = [entry.kind for entry in own.ledger.entries()]
    assert kinds == ["policy_signatory"] * 2 + ["policy_opinion", "policy_signature"]
    ledger = (own.home / "ledger" / "ledger.jsonl").read_bytes()
    assert b"width" not in ledger
    signature = own.ledger.find("policy_signature")
    assert signature is not None
    assert signature.facts["policy"] == standing(own).policy


@pytest.mark.parametrize("name", ["opinion-*.json", "signature-*.json", "words-*.txt"])
def test_a_record_that_is_altered_or_gone_stops_everything(own: Workspace, name: str) -> None:
    enrolled(own)
    opine(own, person(own, "dpo"), "with_reservations", words=WORDS)
    sign(own, person(own, "delegate"))
    [path] = (own.home / "policies").glob(f"*/{name}")
    data = path.read_bytes()
    for content in (data[:-2] + b"x" + data[-1:], data + b" ", data.replace(b"20", b"21"), b""):
        if content != data:
            path.write_bytes(content)
            with pytest.raises(StorageError, match=r"storage\.altered"):
                require_policy(own)
    path.unlink()
    with pytest.raises(StorageError, match=r"storage\.altered"):
        require_policy(own)
    path.write_bytes(data)
    assert require_policy(own)


def test_a_pin_that_was_put_in_place_by_hand_stops_everything(
    own: Workspace, tmp_path: Path
) -> None:
    sign_for_tests(own)
    pins = own.settings.keys / "signatories"
    mine = tmp_path / "mine.pem"
    make_person_key(mine, passphrase=None)
    shutil.copytree(pins, tmp_path / "pins")
    (pins / "delegate.pub").write_bytes((tmp_path / "mine.pem.pub").read_bytes())
    with pytest.raises(StorageError, match=r"storage\.altered"):
        require_policy(own)
    note = json.loads((pins / "delegate.json").read_bytes())
    note["body"]["public_key"] = read_public_key(tmp_path / "mine.pem.pub").hex()
    (pins / "delegate.json").write_text(json.dumps(note))
    with pytest.raises(StorageError, match=r"storage\.altered"):
        require_policy(own)
    for role, other in (("delegate", "dpo"), ("dpo", "delegate")):
        shutil.copy(tmp_path / "pins" / f"{other}.pub", pins / f"{role}.pub")
        shutil.copy(tmp_path / "pins" / f"{other}.json", pins / f"{role}.json")
    with pytest.raises(StorageError, match=r"storage\.altered"):
        require_policy(own)
    shutil.rmtree(pins)
    with pytest.raises(PolicyError, match=r"policy\.signatory_untold"):
        require_policy(own)


def test_a_ledger_that_lost_the_last_signature_stops_everything(own: Workspace) -> None:
    sign_for_tests(own)
    sign_for_tests(edit(own, "value: 5", "value: 9"))
    path = own.home / "ledger" / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    with pytest.raises(StorageError, match=r"ledger\.cut"):
        require_policy(edit(own, "value: 9", "value: 5"))


def test_the_demonstration_says_so_and_signs_for_no_real_person(own: Workspace) -> None:
    receipt = sign_demonstration(own)
    assert "demonstration keys" in receipt.ids["policy"]
    assert standing(own).is_demonstration
    assert not sign_demonstration(own).changed
    changed = edit(own, "value: 5", "value: 6")
    assert sign_demonstration(changed).changed
    officer = make_person_key(own.home.parent / "officer.pem", passphrase=None)
    from pipeline.storage.signatories import fingerprint

    enrol(changed, "dpo", officer.public_key, confirmed=fingerprint(officer.public_key))
    with pytest.raises(PolicyError, match=r"policy\.person_enrolled"):
        sign_demonstration(changed)


@pytest.mark.parametrize("role", ["delegate", "dpo"])
def test_the_demonstration_writes_nothing_where_a_person_is_enrolled(
    role: Role, command: Command, own: Workspace
) -> None:
    person = make_person_key(own.home.parent / "person.pem", passphrase=None)
    enrol(own, role, person.public_key)

    def held() -> dict[Path, bytes]:
        folders = own.home, own.settings.keys
        paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in paths}

    before = held()
    for language, remedy in (("en", "new folders"), ("fr", "nouveaux dossiers")):
        ran = command(own, "demo", language=language)
        assert (ran.code, ran.out) == (ExitCode.POLICY, "")
        assert ran.err.startswith("policy.person_enrolled")
        assert remedy in ran.err
    assert held() == before
    # Neither does it where the pin alone was taken away.
    shutil.rmtree(own.settings.keys / "signatories")
    assert command(own, "demo").err.startswith("policy.person_enrolled")


def test_the_demonstration_does_not_pass_over_an_unfavourable_opinion(own: Workspace) -> None:
    from pipeline.steps.signing import demonstration_key_path
    from pipeline.storage.signatories import open_person_key

    sign_demonstration(own)
    officer = open_person_key(demonstration_key_path(own, "dpo"), passphrase=None)
    opine(own, officer, "unfavourable", words=WORDS)
    with pytest.raises(PolicyError, match=r"policy\.blocked"):
        sign_demonstration(own)


@pytest.mark.slow
def test_the_commands_lead_from_keys_to_a_policy_in_force(
    command: Command, own: Workspace, tmp_path: Path
) -> None:
    prints = {}
    for role, passphrase in (("delegate", "correct horse\n"), ("dpo", "")):
        key = str(tmp_path / f"{role}.pem")
        options = () if passphrase else ("--no-passphrase",)
        words = ("policy", "key", "--role", role, "--to", key, *options)
        made = command(own, *words, typed=passphrase * 2)
        assert made.code == 0, made.err
        prints[role] = made.out.split("Fingerprint: ")[1].split()[0]
        assert command(own, *words, typed=passphrase * 2).err.startswith("policy.key_exists")
        assert (tmp_path / f"{role}.pem").stat().st_mode & 0o777 == 0o600
        assert command(own, "policy", "enrol", "--role", role, f"{key}.pub").code == 0
    assert command(own, "policy", "diff").code == 11
    words_file = tmp_path / "words.txt"
    words_file.write_bytes(WORDS)
    opined = ("policy", "opine", "--key", str(tmp_path / "dpo.pem"), "--opinion")
    # Words in a command are seen by whoever lists processes, and stay in a shell's history.
    assert command(own, *opined, "unfavourable", "--words", "in a command").code == 2
    opined_so = command(own, *opined, "unfavourable", "--words-file", str(words_file))
    assert opined_so.code == 0, opined_so.err
    assert "Not in force: the delegate has signed nothing yet" in opined_so.out
    signed = ("policy", "sign", "--key", str(tmp_path / "delegate.pem"))
    assert command(own, *signed, typed="wrong\n").err.startswith("policy.key_not_opened")
    assert command(own, *signed, typed="correct horse\n").err.startswith("policy.unanswered")
    answered = command(own, *signed, "--answer-file", str(words_file), typed="correct horse\n")
    assert answered.code == 0, answered.err
    assert answered.out.splitlines()[-1] == "In force: the rules as they stand are signed."
    status = json.loads(command(own, "policy", "status", "--json").out)
    assert (status["state"], status["opinion"], status["answered"]) == (
        *("in_force", "unfavourable"),
        True,
    )
    assert (status["delegate_key"], status["dpo_key"]) == (prints["delegate"], prints["dpo"])
    assert "keys" not in status
    assert command(own, "policy", "diff").code == 0
    edit(own, "value: 5", "value: 4")
    told = command(own, "policy", "diff", "--lang", "fr")
    assert told.code == 11
    first, *_ = told.out.splitlines()
    assert first == "ASSOUPLISSEMENT  Seuil de « Effectifs d'élèves » : 5 devient 4."
    assert "Où : contracts/policy.yml, thresholds.enrolment.value" in told.out
    assert max(map(len, told.out.partition("policy.version_stands")[0].splitlines())) <= 80
    assert "policy.version_stands: La version 1" in told.out
    row, version = json.loads(command(own, "policy", "diff", "--json").out)
    assert version["code"] == "policy.version_stands"
    assert (row["direction"], row["file"], row["part"]) == (
        *("loosening", "contracts/policy.yml"),
        "thresholds.enrolment.value",
    )
    status = command(own, "policy", "status").out
    assert "policy.yml (changed)" in status
    assert "opinion on these rules  none" in status
    opined_so = command(own, *opined, "with_reservations", "--words-file", str(words_file))
    assert opined_so.code == 0, opined_so.err
    # What the officer says of other rules than the signed ones is not lost among those of before.
    status = json.loads(command(own, "policy", "status", "--json").out)
    assert (status["opinion"], status["opinion_on_these_rules"]) == (
        *("unfavourable", "with_reservations"),
    )


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    from pipeline.storage.signatories import open_person_key

    path = tmp_path / "dpo.pem"
    make_person_key(path, passphrase=b"x")
    for mode in (0o640, 0o604):
        path.chmod(mode)
        with pytest.raises(PolicyError, match=r"policy\.key_open_to_others"):
            open_person_key(path, passphrase=b"x")
    path.chmod(0o600)
    link = tmp_path / "link.pem"
    link.symlink_to(path)
    with pytest.raises(PolicyError, match=r"policy\.key_not_opened"):
        open_person_key(link, passphrase=b"x")
    assert open_person_key(path, passphrase=b"x").public_key
    assert b"ENCRYPTED" in path.read_bytes()
    for passphrase in (None, b"y"):
        with pytest.raises(PolicyError, match=r"policy\.key_not_opened"):
            open_person_key(path, passphrase=passphrase)


@pytest.mark.parametrize(("language", "kept"), [("en", "nothing"), ("fr", "rien")])
def test_the_policy_is_shown_in_words(
    command: Command, own: Workspace, language: str, kept: str
) -> None:
    sections = json.loads(command(own, "policy", "show", "--lang", language, "--json").out)
    contracts = own.project.contracts
    rows = [row for section in sections for row in section["rows"]]
    cells = {str(cell) for row in rows for cell in row.values()}
    for dataset in contracts.datasets.values():
        assert {column.name for column in dataset.columns} <= cells
    assert kept in cells
    numbers = [*contracts.policy.thresholds.values(), contracts.policy.protection_width]
    assert {number.reason_in(language) for number in numbers} <= cells
    assert {
        one.words("fr" if language == "fr" else "en") for one in contracts.policy.recipients
    } <= cells
    assert set(own.project.files) | set(own.project.files.values()) <= cells


@pytest.mark.parametrize("there", ["key", "public half"])
def test_a_pair_of_keys_is_made_whole_or_not_at_all(tmp_path: Path, there: str) -> None:
    path = tmp_path / "mine.pem"
    first = path if there == "key" else public_path(path)
    first.write_bytes(b"")
    with pytest.raises(PolicyError, match=r"policy\.key_exists"):
        make_person_key(path, passphrase=None)
    assert list(tmp_path.iterdir()) == [first]
    first.unlink()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Of the two files the first fits, and neither.
    for room in (115, 50):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limit[1]))
        try:
            with pytest.raises(StorageError, match=r"storage\.cannot_write"):
                make_person_key(path, passphrase=None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert list(tmp_path.iterdir()) == []
    make_person_key(path, passphrase=None)


def test_the_ledger_is_verified_and_shown_by_commands(
    command: Command, own: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "elsewhere" / "head.json"
    monkeypatch.setenv("CARTABLE_LEDGER_COPY", str(copy))
    for role in ROLES:
        public = tmp_path / f"{role}.pem"
        make_person_key(public, passphrase=None)
        assert command(own, "policy", "enrol", "--role", role, f"{public}.pub").code == 0
    found = json.loads(command(own, "ledger", "verify", "--json").out)
    assert (found["entries"], found["copy"]) == (2, "agrees, told of entry 2")
    [shown] = json.loads(command(own, "ledger", "show", "--last", "1", "--json").out)
    assert (shown["seq"], shown["kind"], shown["facts"]["role"]) == (2, "policy_signatory", "dpo")
    assert "policy_signatory" in command(own, "ledger", "show").out
    assert json.loads(command(own, "ledger", "show", "--kind", "none", "--json").out) == []
    path = own.home / "ledger" / "ledger.jsonl"
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"delegate"', b'"delegade"'))
    bad = command(own, "ledger", "verify")
    assert bad.code == 9
    assert "entry 1;" in bad.err
    path.write_bytes(data.splitlines(keepends=True)[0])
    (own.home / "ledger" / "head.json").unlink()
    for words in (("--copy", str(copy)), ()):
        assert command(own, "ledger", "verify", *words).err.startswith("ledger.cut")
