"""As what a sealed file is searched for the persons of a domain, whatever it was delivered as.

A file of pupils that came as one of teachers is searched by the names in its first line; where no
contract names it, an identifier may stand in any field. In a file of another dataset nobody of the
domain has a record: whoever is named in its texts is found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.intake.foreign_records import foreign_to
from pipeline.intake.identified import Found, find_records_of, mentions_in_rows
from pipeline.intake.identified import rows_of as refused_rows_of
from pipeline.intake.loose_records import names_known
from pipeline.intake.mentions import Sought
from pipeline.intake.raw_lines import Open
from pipeline.privacy.listing import listed
from pipeline.steps.listing import Identified, as_kept, listings
from pipeline.steps.seeking import least_sought
from pipeline.steps.workspace import Workspace
from pipeline.storage.receiving import Delivery
from pipeline.storage.suppressions import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One way in which a file is searched.

    Attributes:
        place: how persons of the domain are named.
        dataset: the contract by which the file is read.
        in_passing: only texts are searched: the records are of others.
    """

    place: Identified
    dataset: Dataset
    in_passing: bool = False


def searches_of(
    workspace: Workspace, delivery: Delivery, places: Sequence[Identified]
) -> list[Search]:
    """Return how a delivery is searched for persons of a domain.

    Args:
        workspace: the contracts and the deliveries.
        delivery: a sealed one, of any dataset.
        places: where datasets name persons of the domain.
    """
    if own := _own(places, delivery.dataset):
        return own
    opening = opening_of(workspace, delivery.id)
    names = {place.dataset.dataset: names_known(opening, place.dataset) for place in places}
    most = max(names.values(), default=0)
    dataset = workspace.project.contracts.datasets.get(delivery.dataset)
    if dataset is not None:
        of_its_own = names_known(opening, dataset)
        if of_its_own > most or of_its_own == most == len(dataset.columns):
            return _in_passing(places, dataset)
    likely = [place for place in places if names[place.dataset.dataset] == most]
    return [Search(place=place, dataset=place.dataset) for place in _forms(likely)]


def searches_of_refused(
    workspace: Workspace, batch: str, places: Sequence[Identified]
) -> list[Search]:
    """Return how the refused rows of a batch are searched; the first line named its dataset."""
    name = dataset_of(batch)
    if own := _own(places, name):
        return own
    dataset = workspace.project.contracts.datasets.get(name)
    return [] if dataset is None else _in_passing(places, dataset)


def records_of(
    workspace: Workspace, delivery_id: str, search: Search, sections: Sequence[Section]
) -> Found:
    """Return where the persons of sections stand in a sealed delivery."""
    sought = seeking(workspace, search, sections)
    return find_records_of(opening_of(workspace, delivery_id), search.dataset, sought)


def refused_of(
    workspace: Workspace, rows: pa.Table, search: Search, sections: Sequence[Section]
) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Return which refused rows are those of persons, and which cells of the others name them."""
    sought = seeking(workspace, search, sections)
    raw = rows["row"].to_pylist()
    mine = refused_rows_of(raw, search.dataset, sought)
    named = mentions_in_rows(raw, search.dataset, sought)
    if not search.in_passing:
        # Refused for its identifier, which is told among other signs, a row is of that person.
        lines, columns = rows["line"].to_pylist(), rows["column"].to_pylist()
        misspelled = {line for line, at in zip(lines, columns, strict=True) if at in sought.columns}
        told = [line in misspelled and bool(at) for line, at in zip(lines, named, strict=True)]
        mine |= np.array(told, np.bool_)
    return mine, [() if own else fields for own, fields in zip(mine, named, strict=True)]


def seeking(workspace: Workspace, search: Search, sections: Sequence[Section]) -> Sought:
    """Return what finds the persons of sections as a search goes."""
    place = search.place
    found = listings(workspace, place.domain, sections)
    shape = least_sought(sections)
    return Sought(
        is_listed=lambda parts: listed(as_kept(parts, place), found),
        columns=place.columns,
        digits=shape.digits,
        length=shape.length,
        in_passing=search.in_passing,
        is_foreign=foreign_to(search.dataset, workspace.project.contracts.codelists)
        if search.in_passing
        else None,
    )


def opening_of(workspace: Workspace, delivery_id: str) -> Open:
    """Return what opens a sealed delivery."""
    return partial(workspace.deliveries.open, delivery_id)


def dataset_of(name: str) -> str:
    """Return the dataset of a delivery or batch, which its name tells: dataset, period, hash."""
    return name.rsplit("-", 2)[0]


def _own(places: Iterable[Identified], dataset: str) -> list[Search]:
    return [
        Search(place=place, dataset=place.dataset)
        for place in places
        if place.dataset.dataset == dataset
    ]


def _in_passing(places: Iterable[Identified], dataset: Dataset) -> list[Search]:
    return [Search(place=place, dataset=dataset, in_passing=True) for place in _forms(places)]


def _forms(places: Iterable[Identified]) -> list[Identified]:
    """Return one place of each form of identifier: whoever one finds the other finds too."""
    found: dict[tuple[object, ...], Identified] = {}
    for place in places:
        form = tuple(place.dataset.column(name).type for name in place.columns)
        found.setdefault(form, place)
    return list(found.values())
