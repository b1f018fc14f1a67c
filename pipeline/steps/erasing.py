"""Erase persons everywhere (GDPR, article 17), and keep them out; a kill is ended by the next run.

In this order: the erasure is on record; the persons are on the list, so that nothing brings
them back; protected rows, refused rows and deliveries are written anew without them; undecided
counts go; one replacement of the vault key makes all former files and their copies unreadable;
what was released is marked to be computed anew; nothing is found any more; the certificate is
issued.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Dataset
from pipeline.errors import Place, PrivacyError, Problem, StorageError
from pipeline.intake.remainder import emptied_row
from pipeline.intake.row_codecs import row_codec
from pipeline.steps.certificates import certificate, write_certificate
from pipeline.steps.held import Held, held_on, pseudonyms_in, theirs
from pipeline.steps.kept import (
    all_keys_shown,
    check_none_absent,
    refused_kept,
    shred_all,
)
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.list_changes import change_people
from pipeline.steps.listing import (
    Identified,
    People,
    change_list,
    fingerprint_of,
    of_domain,
    read_list,
    rows_of,
    section_of,
    with_section,
    without_people,
    without_rows,
)
from pipeline.steps.receipt import Receipt
from pipeline.steps.recomputing import mark_recompute, withdraw_undecided
from pipeline.steps.registering import add, begin, read_all, tell_untold
from pipeline.steps.requests import check_granted, update_request
from pipeline.steps.screening import check_searchable, screen_all
from pipeline.steps.searches import refused_of, searches_of_refused
from pipeline.steps.waiting import withdraw_all
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target
from pipeline.storage.registers import Event, EventFact
from pipeline.storage.suppressions import DomainList, Section, no_admission, no_counting

REGISTER = "erasure"
ZONES = ("protected", "quarantine", "deliveries")


def erase(
    workspace: Workspace,
    place: Identified,
    people: People,
    *,
    request: str = "",
    to: Path | None = None,
) -> Receipt:
    """Erase persons from every zone; again changes nothing, and ends what a kill cut short.

    Args:
        workspace: the keys and zones.
        place: where the dataset names its persons.
        people: whom to erase, one person or several.
        request: the request that is carried out, if it is in the register.
        to: a new file for the certificate, which names nobody.

    Raises:
        PrivacyError: nothing is held on any of them, the request was not granted, a row of
            the domain is more than a person, or somebody is kept where the contracts do not
            look any more; nothing was changed.
        StorageError: a zone is altered or something of it absent, the disk refuses, somebody is
            found still, or a delivery is of a kind in which nobody can be found; run it again.
    """
    if request:
        check_granted(workspace, request, "erasure", "objection")
    if to is not None:
        check_clear_target(to, workspace.home)
    of_domain(workspace, place.domain)
    check_nothing_left_behind(workspace)
    check_none_absent(workspace)
    # No counts are on their way that hold them still, nor do others erase at the same time.
    with no_counting(workspace.home):
        record, changed = _erase(workspace, place, people, request=request)
    if request:
        update_request(workspace, request, done=True)
    page = certificate(workspace, record)
    if to is not None:
        write_certificate(workspace, page, to)
    return _receipt(workspace, record, page, changed=changed)


def _erase(
    workspace: Workspace, place: Identified, people: People, *, request: str
) -> tuple[str, bool]:
    """Return the record of an erasure that is done, and whether this run did any of it."""
    tell_untold(workspace, REGISTER)
    section = section_of(workspace, people)
    who = fingerprint_of(workspace, people)
    held = held_on(workspace, people)
    record, events = _latest(workspace, who)
    if record is None and not held:
        raise PrivacyError("subjects.nothing_held")
    # Done is what was done and holds still: who was readmitted since is erased anew.
    is_done = record is not None and events[-1].what == "done"
    if record is None or (is_done and (held or not _is_listed(workspace, people, section))):
        record = _begin(workspace, place, people, held=held, who=who, request=request)
    if _is_done(workspace, record):
        return record, False
    _carry_out(workspace, people, section, record)
    return record, True


def readmit(workspace: Workspace, place: Identified, people: People) -> Receipt:
    """Take persons off the list, so that later deliveries hold them again.

    What was erased does not come back; it has to be delivered again. They are found on the list
    under whatever spelling they were put there.
    """

    def change(held: DomainList) -> DomainList:
        erased = without_people(workspace, people, held.erased)
        return held.model_copy(update={"erased": erased})

    # A delivery that was looked through before is accepted before its rows are let in.
    with no_admission(workspace.home):
        changed = change_people(workspace, people, change, action="readmit")
    ids = {"dataset": place.dataset.dataset}
    return Receipt(step="subject readmit", changed=changed.is_new, ids=ids)


def _is_listed(workspace: Workspace, people: People, section: Section) -> bool:
    """Tell whether persons are on the list of the erased as they are spelled today."""
    held = read_list(workspace, people.domain).erased
    names = (each.pseudonyms for each in held if each.canonical == section.canonical)
    return set(section.pseudonyms) <= {name for each in names for name in each}


def _latest(workspace: Workspace, who: str) -> tuple[str | None, tuple[Event, ...]]:
    """Return the last erasure of these persons."""
    found: tuple[str | None, tuple[Event, ...]] = (None, ())
    for record, events in read_all(workspace, REGISTER).items():
        if events[0].facts["who"] == who:
            found = (record, events)
    return found


def _is_done(workspace: Workspace, record: str) -> bool:
    return read_all(workspace, REGISTER)[record][-1].what == "done"


def _begin(
    workspace: Workspace,
    place: Identified,
    people: People,
    *,
    held: Sequence[Held],
    who: str,
    request: str,
) -> str:
    rows: Counter[str] = Counter()
    files: Counter[str] = Counter()
    of_dataset: Counter[str] = Counter()
    mentions = 0
    for each in held:
        rows[each.zone] += each.rows
        of_dataset[f"{each.zone}_rows_{each.dataset}"] += each.rows
        mentions += each.mentions
        files[each.zone] += each.files
    facts: dict[str, EventFact] = {
        "domain": place.domain,
        "who": who,
        "persons": len(people),
        "request": request or "none",
        "vault_before": workspace.ring.vault.generation,
        "periods": "+".join(sorted({each.period for each in held})) or "none",
        **{f"{zone}_rows": rows[zone] for zone in ZONES},
        **{f"{zone}_files": files[zone] for zone in ZONES},
        **of_dataset,
        "mentions": mentions,
    }
    return begin(workspace, REGISTER, "begun", facts)


def _carry_out(workspace: Workspace, people: People, section: Section, record: str) -> None:
    begun = read_all(workspace, REGISTER)[record][0].facts
    periods = str(begun["periods"]).split("+")
    places = of_domain(workspace, people.domain)
    before = all_keys_shown(workspace)
    _list(workspace, people, section)
    for place in places:
        _rewrite_protected(workspace, place, people)
    for batch in refused_kept(workspace):
        _rewrite_quarantine(workspace, batch, places, section)
    screen_all(workspace)
    withdraw_undecided(workspace)
    if len(read_all(workspace, REGISTER)[record]) == 1:
        add(workspace, record, "rewritten", {})
    shred_all(workspace, before=before)
    told = workspace.ledger.find(REGISTER, erasure=record, event=2)
    if told is not None:
        mark_recompute(workspace, periods, because=record, since=told)
    check_nothing_left_behind(workspace)
    check_searchable(workspace)
    if left := held_on(workspace, people):
        raise StorageError(
            "subjects.not_erased", count=sum(each.rows + each.mentions for each in left)
        )
    done: dict[str, EventFact] = {
        "vault_after": workspace.ring.vault.generation,
        "list_version": read_list(workspace, people.domain).version,
    }
    add(workspace, record, "done", done)


def _list(workspace: Workspace, people: People, section: Section) -> None:
    """Put persons on the list of the erased; whoever is gone needs no restriction."""
    uncounted = read_list(workspace, people.domain).uncounted
    periods = {each.period for each in uncounted}
    rows = [each for period in periods for each in rows_of(workspace, people, period)]

    def change(held: DomainList) -> DomainList:
        return held.model_copy(
            update={
                "erased": with_section(held.erased, section),
                "restricted": without_people(workspace, people, held.restricted),
                "uncounted": without_rows(held.uncounted, rows),
            }
        )

    # A delivery that was looked through before is accepted before its rows are looked for.
    with no_admission(workspace.home):
        change_list(workspace, people.domain, change)


def _rewrite_protected(workspace: Workspace, place: Identified, people: People) -> None:
    dataset = place.dataset.dataset
    for period in workspace.protected.periods(dataset):
        pseudonyms = pseudonyms_in(workspace, people, period)

        def without(rows: pa.Table, gone: list[str] = pseudonyms) -> pa.Table:
            mine = theirs(rows, place.kept_as, gone)
            return rows.filter(pc.invert(mine)) if pc.any(mine).as_py() else rows

        workspace.protected.rewrite(dataset, period, without)


def _rewrite_quarantine(
    workspace: Workspace, batch: str, places: Sequence[Identified], section: Section
) -> None:
    for search in searches_of_refused(workspace, batch, places):
        rows = workspace.quarantine.open(batch)
        mine, named = refused_of(workspace, rows, search, [section])
        if mine.all() and len(mine):
            withdraw_all(workspace, batch)
            return
        if mine.any() or any(named):
            left = _without_mentions(rows, search.dataset, named)
            workspace.quarantine.put(batch, left.filter(pa.array(~mine)))


def _without_mentions(rows: pa.Table, dataset: Dataset, named: Sequence[Sequence[int]]) -> pa.Table:
    """Return refused rows, the cells emptied that name persons."""
    codec, delimiter = partial(row_codec, dataset=dataset), dataset.text.delimiter
    raw = [
        emptied_row(row, fields, codec=codec(row), delimiter=delimiter) if fields else row
        for row, fields in zip(rows["row"].to_pylist(), named, strict=True)
    ]
    at = rows.schema.get_field_index("row")
    return rows.set_column(at, rows.schema.field(at), pa.array(raw, pa.binary()))


def _receipt(workspace: Workspace, record: str, page: dict[str, Any], *, changed: bool) -> Receipt:
    zones, releases = page["zones"], page["releases_to_recompute"]
    inbox = workspace.settings.inbox
    of_dataset = {
        f"{zone}_rows_{dataset}": rows
        for dataset, held in page["datasets"].items()
        for zone, rows in held.items()
    }
    problems = [
        Problem(
            code="subjects.recompute", count=len(releases), facts=(("names", ", ".join(releases)),)
        ),
        # Nothing is ever removed there: who put a file there takes it away.
        Problem(
            code="subjects.in_inbox",
            place=Place(file=str(inbox)),
            count=sum(path.is_file() for path in inbox.rglob("*")),
        ),
    ]
    return Receipt(
        step="subject erase",
        changed=changed,
        ids={"erasure": record, "request": page["request"]},
        counts={
            "persons": page["persons"],
            **{f"{zone}_rows": zones[zone]["rows"] for zone in ZONES},
            **of_dataset,
            **{f"{zone}_files": zones[zone]["files"] for zone in ZONES},
            "mentions": page["mentions"],
            "releases_to_recompute": len(releases),
            "list_version": page["list_version"],
            "vault_before": page["vault"]["before"],
            "vault_after": page["vault"]["after"],
        },
        hashes={"certificate": hashlib.sha256(_form(page)).hexdigest()},
        warnings=tuple(
            problem.words(workspace.settings.language) for problem in problems if problem.count
        ),
    )


def _form(page: dict[str, Any]) -> bytes:
    return json.dumps(page, sort_keys=True).encode()
