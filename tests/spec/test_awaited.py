"""What was refused whole stays in sight until an accepted file makes up for it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.ingest import ingest
from pipeline.steps.retain import retain
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import MARKER, NOW, ON_TIME, PERIOD, SCHOOLS, pupil_rows, table, take

CODES = list(SCHOOLS)
NAME = f"{MARKER}.csv"


def deliver(
    workspace: Workspace, senders: Sequence[str], *, file: str = NAME, pupils: int = 6, day: int = 0
) -> str:
    """Deliver pupils of some schools under a name of their choice; return the delivery's id."""
    content = table(pupil_rows(pupils, senders))
    receipt = ingest(
        workspace,
        "pupils",
        io.BytesIO(content),
        file=file,
        period=PERIOD,
        as_of=ON_TIME + timedelta(days=day),
    )
    return receipt.ids["delivery"]


def refuse(workspace: Workspace, senders: Sequence[str], *, file: str = NAME) -> str:
    """Deliver a file of some schools with a lost quote; return the delivery's id."""
    before = set(workspace.deliveries.ids())
    content = table(pupil_rows(7, senders)).replace(MARKER.encode(), b'"' + MARKER.encode(), 1)
    with pytest.raises(DeliveryError):
        ingest(workspace, "pupils", io.BytesIO(content), file=file, period=PERIOD, as_of=ON_TIME)
    [name] = set(workspace.deliveries.ids()) - before
    return name


def awaited(workspace: Workspace) -> list[str]:
    return [row["delivery"] for row in status(workspace)["awaited"]]


def test_a_refused_file_is_shown_until_the_mended_one_of_its_name_is_accepted(
    command: Command, zones: Workspace
) -> None:
    deliver(zones, CODES)
    assert awaited(zones) == []
    refused = refuse(zones, CODES[:1])
    # Of another school, under another name, before and after: it answers nothing.
    deliver(zones, CODES[1:2], file="b.csv", pupils=8, day=1)
    assert awaited(zones) == [refused]
    shown = command(zones, "status")
    assert refused in shown.out
    assert "delivery.layout" in shown.out
    assert MARKER not in shown.out + (zones.home / "ledger" / "ledger.jsonl").read_text()
    deliver(zones, CODES[:1], pupils=7, day=2)
    assert awaited(zones) == []
    assert "a new file is awaited: none" in command(zones, "status").out


def test_a_file_of_another_name_answers_when_it_holds_every_school_in_force(
    zones: Workspace,
) -> None:
    deliver(zones, CODES[:2])
    refused = refuse(zones, CODES[:2])
    deliver(zones, CODES[:1], file="mended.csv", pupils=7, day=1)
    assert awaited(zones) == [refused]
    deliver(zones, CODES[:2], file="mended.csv", pupils=8, day=2)
    assert awaited(zones) == []


def test_the_refused_file_itself_answers_once_it_can_be_accepted(small: Workspace) -> None:
    with pytest.raises(DeliveryError, match=r"reference_missing"):
        deliver(small, CODES)
    [refused] = small.deliveries.ids()
    assert awaited(small) == [refused]
    take(small, "schools", small_country.schools())
    assert awaited(small) == [refused]
    deliver(small, CODES, file="again.csv")
    assert awaited(small) == []


def test_what_was_accepted_before_the_refusal_and_comes_again_answers_nothing(
    zones: Workspace,
) -> None:
    deliver(zones, CODES)
    refused = refuse(zones, CODES)
    deliver(zones, CODES)
    assert awaited(zones) == [refused]


def test_another_period_or_dataset_answers_nothing(zones: Workspace) -> None:
    take(zones, "schools", small_country.schools(), period="2020")
    refused = refuse(zones, CODES)
    take(zones, "pupils", table(pupil_rows(6)), period="2020")
    take(zones, "schools", small_country.schools(), as_of=ON_TIME + timedelta(days=1))
    assert awaited(zones) == [refused]


def test_a_file_that_outlived_its_retention_is_no_longer_awaited(zones: Workspace) -> None:
    refused = refuse(zones, CODES)
    project, folder = zones.settings.project, zones.home.parent
    for days, expected in ((29, [refused]), (31, [])):
        later = small_country.open_workspace(folder, project, now=NOW + timedelta(days=days))
        retain(later)
        assert awaited(later) == expected
