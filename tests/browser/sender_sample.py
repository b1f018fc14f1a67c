"""Reports for senders, as their pages are looked at: rows refused, a file refused, all well."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.contracts import Contracts
from pipeline.errors import Fact, Place, Problem
from pipeline.papers import RefusedLine, SenderReport

DELIVERY = "pupils-2021-0123456789abcdef"
RULES: tuple[tuple[str, str, int, tuple[tuple[str, Fact], ...]], ...] = (
    ("national_id", "row.pattern", 12, (("asked", "[0-9]{9}[A-Z]{2}"),)),
    ("birth_date", "row.date", 4, (("asked", "DD/MM/YYYY"),)),
    ("sex", "row.code", 3, (("asked", "F, M, fille, garçon"), ("list", "sex"))),
    ("school_code", "row.reference", 40, (("asked", "schools.school_code"),)),
    ("grade", "row.required", 1, ()),
)


def reports(contracts: Contracts) -> dict[str, SenderReport]:
    """Return name → report."""
    pupils = contracts.datasets["pupils"]
    lines, problems, at = [], [], 2
    for column, rule, count, facts in RULES:
        own = list(range(at, at + 7 * count, 7))
        at += 7 * count
        lines += [RefusedLine(line, column, rule) for line in own]
        told = ", ".join(map(str, own[:10])) + (", …" if count > 10 else "")
        place = Place(line=own[0], column=column)
        problems.append(
            Problem(code=rule, place=place, count=count, facts=(("lines", told), *facts))
        )
    torn = [
        Problem(
            code="delivery.missing_column",
            place=Place(line=1, column="school_code", rule="columns.school_code"),
        ),
        Problem(code="delivery.repeated_header", place=Place(line=4_512)),
    ]
    account = {"counted": 12_480, "accepted": 12_420, "waiting": 60, "mended": 0, "gone": 0}
    nothing = dict.fromkeys(account, 0)

    def report(**facts: Any) -> SenderReport:
        known: dict[str, Any] = {
            "dataset": pupils,
            "period": "2021",
            "delivery": DELIVERY,
            "received": date(2021, 10, 15),
            "is_whole": False,
            "account": account,
            "lines": lines,
            "problems": problems,
            "until": date(2022, 1, 13),
        }
        return SenderReport(**known | facts)

    return {
        "rows": report(file="eleves_rentree.csv", account=account | {"mended": 3}),
        "school": report(sender="0350001A", lines=lines[:1], problems=problems[:1]),
        "whole": report(is_whole=True, account=nothing, lines=[], problems=torn, until=None),
        "well": report(account=account | {"waiting": 0}, lines=[], problems=[]),
    }
