"""What must hold of a recoding: it coarsens what may be coarsened, and nothing that is needed.

A column is needed by a published table whose query names it, by a dataset that refers to it, by
the arrivals of senders, and by the population that says how much of a territory is covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.contracts.datasets import Column
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.geography import Geography
from pipeline.contracts.ladders import Ladder, ladder_of
from pipeline.contracts.model import Contracts
from pipeline.contracts.recodings import SUPPRESS
from pipeline.contracts.rules import Pseudonymise

RECODABLE = frozenset({"quasi_identifier", "geography"})


# What a query says that names nothing: comments and texts.
_SILENT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def words_of(sql: str) -> frozenset[str]:
    """Return every word of a query outside comments and texts, in small letters.

    Tables and columns are among them, wherever they stand: a column is told by its bare name, so
    that one of another table counts as well. Too much may be needed, never too little.
    """
    return frozenset(word.lower() for word in _WORD.findall(_SILENT.sub(" ", sql)))


def is_recodable(column: Column) -> bool:
    """Tell whether a kept column is one that k counts: a quasi-identifier or a geography."""
    return column.role in RECODABLE and not isinstance(column.privacy, Pseudonymise)


def needs(
    contracts: Contracts, queries: Mapping[str, frozenset[str]], dataset: str
) -> dict[str, str]:
    """Return kept column → the first that needs it as it is, by its address.

    Args:
        contracts: all of them.
        queries: published table → words of its query.
        dataset: whose columns.
    """
    found: dict[str, str] = {}
    for column, address in _needs(contracts, queries, dataset):
        found.setdefault(column, address)
    return found


def _needs(
    contracts: Contracts, queries: Mapping[str, frozenset[str]], dataset: str
) -> Iterator[tuple[str, str]]:
    for table, query in queries.items():
        if dataset in query:
            address = f"sql/counts/{table}.sql"
            kept = contracts.kept_columns(dataset)
            yield from ((column, address) for column in kept if column in query)
    for name, other in contracts.datasets.items():
        address = f"contracts/datasets/{name}.yml"
        references = [column.references for column in other.columns]
        references.append(other.expected.each if other.expected else None)
        for reference in filter(None, references):
            named, _, column = reference.partition(".")
            if named == dataset:
                yield column, address
        if name == dataset and other.expected:
            yield other.expected.column, address
    population = contracts.territories.population
    if population is not None and population.dataset == dataset:
        for column in (population.level, population.code, population.inhabitants):
            yield column, "contracts/territories.yml"


def check_recodings(
    contracts: Contracts, geography: Geography, queries: Mapping[str, frozenset[str]]
) -> list[Finding]:
    """Return every way in which the recodings do not fit.

    Args:
        contracts: all of them, checked among each other.
        geography: the territories.
        queries: published table → words of its query.
    """
    findings: list[Finding] = []
    for dataset, periods in contracts.recodings.items():
        if dataset not in contracts.datasets:
            findings.append(unknown("recodings", (dataset,), "dataset", dataset))
            continue
        needed = needs(contracts, queries, dataset)
        kept = contracts.kept_columns(dataset)
        for period, recoding in periods.items():
            for name, asked in recoding.columns.items():
                path: Path = (dataset, period, "columns", name)
                if name not in kept:
                    kind = f"kept column of {dataset}"
                    findings.append(unknown("recodings", path, kind, name))
                elif not is_recodable(kept[name]):
                    findings.append(_finding(path, "risk.recoding_role", name=name))
                elif name in needed:
                    facts = {"name": name, "needed_by": needed[name], "dataset": dataset}
                    findings.append(_finding(path, "risk.recoding_needed", **facts))
                else:
                    ladder = ladder_of(kept[name], contracts, geography)
                    findings += _climb(path, ladder, asked)
    return findings


def _climb(path: Path, ladder: Ladder, asked: int | str) -> Iterator[Finding]:
    name, step = ladder.column, ladder.step(asked)
    if asked == SUPPRESS:
        return
    if step > ladder.height:
        names = " < ".join(ladder.names) or name
        yield _finding(
            path,
            "risk.recoding_too_high",
            name=name,
            steps=step,
            height=ladder.height,
            ladder=names,
        )
    elif unclear := ladder.ambiguous(step):
        yield _finding(path, "risk.recoding_ambiguous", name=ladder.names[0], count=unclear)


def _finding(path: Path, code: str, **facts: str | int) -> Finding:
    return Finding("recodings", path, code, tuple(sorted(facts.items())))
