"""Hold a delivery against what its sender says of it beside, and find the sender's date of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake import MOST_BYTES, SUFFIX, Reading, Said, read_control
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.receiving import Delivery

# What a part of a date in a file name may be.
_PARTS = {"Y": "[12][0-9]{3}", **dict.fromkeys("mdHMS", "[0-9]{2}")}
NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFile:
    """A control file as it was sent: what to call it, and its bytes."""

    file: str
    content: bytes


def control_of(file: Path, *, named: Path | None = None) -> ControlFile | None:
    """Return the control file of a delivery: the named one, or the one beside it, if any."""
    path = named or file.with_name(file.name + SUFFIX)
    if named is None and not path.is_file():
        return None
    with path.open("rb") as stream:
        # One byte more than it may have says that it has too many.
        return ControlFile(file=path.name, content=stream.read(MOST_BYTES + 1))


def read_said(
    dataset: Dataset, control: ControlFile | None, *, file: str, period: str, is_full: bool = False
) -> Said:
    """Return what the sender says of a delivery.

    Args:
        dataset: its contract.
        control: the control file beside it, if there is one.
        file: what to call the delivery.
        period: under which it is delivered.
        is_full: whether the steward says that it holds all.

    Raises:
        DeliveryError: there is no control file and there must be one, it is not finished or not in
            its form, or says another period or mode.
    """
    if control is None:
        if dataset.control and dataset.control.need == "required":
            place = Place(dataset=dataset.dataset, file=file, rule="control.need")
            raise DeliveryError("control.missing", place=place)
        return NOTHING_SAID
    place = Place(dataset=dataset.dataset, file=control.file)
    said = read_control(control.content, dataset, place=place)
    contradicted = {
        "period": said.period is not None and said.period != period,
        "mode": (said.mode == "delta" and (is_full or dataset.mode == "full")),
    }
    for name, is_so in contradicted.items():
        if is_so:
            here = replace(place, line=said.lines[name])
            raise DeliveryError("control.otherwise", place=here, name=name)
    return said


def sender_date(
    dataset: Dataset, said: Said, *, file: str, given: datetime | None = None
) -> datetime | None:
    """Return the sender's date of a delivery: as given, said, or told by its name; None: untold.

    Args:
        dataset: the contract.
        said: by the control file.
        file: name of the delivery.
        given: by whoever takes it in.

    Raises:
        DeliveryError: two of them are of other days, or the name tells no possible date.
    """
    place = Place(dataset=dataset.dataset, file=file)
    told = [date for date in (given, said.as_of, _in_name(dataset, file, place)) if date]
    if len({date.astimezone(UTC).date() for date in told}) > 1:
        raise DeliveryError("control.dates_differ", place=place)
    # An hour says more than the day alone.
    return max(told, key=lambda date: date.astimezone(UTC)) if told else None


def _in_name(dataset: Dataset, file: str, place: Place) -> datetime | None:
    """Return the date that the name of a file tells where the contract says."""
    form = dataset.date_in_name
    if form is None:
        return None
    pieces = re.split("%([YmdHMS])", form)
    signs = [
        f"(?P<{piece}>{_PARTS[piece]})" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    ]
    found = re.search("(?<![0-9])" * form.startswith("%") + "".join(signs) + "(?![0-9])", file)
    if found is None:
        return None
    parts = {name: int(text) for name, text in found.groupdict().items()}
    try:
        year, month, day = (parts[name] for name in "Ymd")
        hour, minute, second = (parts.get(name, 0) for name in "HMS")
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise DeliveryError("control.no_such_day", place=place) from None


def check_hash(workspace: Workspace, delivery: Delivery, said: Said, *, place: Place) -> None:
    """Check that a delivery is, to the byte, what the sender says.

    Args:
        workspace: the keys.
        delivery: as it was received.
        said: by the control file.
        place: dataset and control file.

    Raises:
        DeliveryError: it is not.
    """
    if said.sha256 is None:
        return
    fingerprint = workspace.ring.fingerprint(said.sha256)
    if fingerprint not in {delivery.fingerprint, *delivery.sent}:
        raise DeliveryError("control.hash", place=replace(place, line=said.lines["sha256"]))


def check_known(batch: Batch, said: Said, *, place: Place) -> None:
    """Check that a content that was read before has as many rows as the sender says.

    Args:
        batch: that holds it.
        said: by the control file.
        place: dataset and control file.

    Raises:
        DeliveryError: it has not.
    """
    if said.records is not None and said.records != batch.counts["counted"]:
        problem = _records(said.records, batch.counts["counted"], said, place)
        raise DeliveryError("control.differs", place=place, count=1, problems=[problem])


def check_counts(delivery: Delivery, said: Said, reading: Reading, *, place: Place) -> None:
    """Check that a delivery has as many rows, and the sums, that the sender says.

    Sums are of the file as it was read: where persons were taken out of it before, they are not
    compared.

    Args:
        delivery: as it was received.
        said: by the control file.
        reading: of it.
        place: dataset and control file.

    Raises:
        DeliveryError: it has not: all that differs at once.
    """
    problems = list(_differing(delivery, said, reading, place))
    if problems:
        raise DeliveryError("control.differs", place=place, count=len(problems), problems=problems)


def _differing(delivery: Delivery, said: Said, reading: Reading, place: Place) -> Iterator[Problem]:
    counted = reading.counted + delivery.removed
    if said.records is not None and said.records != counted:
        yield _records(said.records, counted, said, place)
    if delivery.removed or delivery.blanked:
        return
    for name, number in said.sums.items():
        if reading.sums[name] != number:
            here = replace(place, line=said.lines[f"sum_{name}"], column=name)
            yield Problem(code="control.sum", place=here)


def _records(records: int, counted: int, said: Said, place: Place) -> Problem:
    here = replace(place, line=said.lines["records"])
    facts = (("said", records), ("counted", counted))
    return Problem(code="control.records", place=here, facts=facts)


def checked_facts(said: Said) -> str:
    """Return what a control file said that was held against the delivery, for the ledger."""
    return "+".join(sorted(said.lines.keys() - {"end"}))
