"""The commands on the registers: requests of persons, and breaches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.shared import AsJson, open_workspace
from pipeline.contracts import Label
from pipeline.contracts.rights import (
    DECISIONS,
    DELAYS,
    EXTENSIONS,
    GROUNDS,
    IDENTITY,
    NATURES,
    RIGHTS,
    RISKS,
)
from pipeline.settings import read_settings

request_app = typer.Typer(help="Keep the register of requests of persons.", no_args_is_help=True)
breach_app = typer.Typer(help="Keep the register of breaches.", no_args_is_help=True)

Words = Annotated[
    Path | None, typer.Option("--words-file", help="Free words in a file; they are kept sealed.")
]
RequestNumber = Annotated[str, typer.Argument(help="The request, such as request-0001.")]
BreachNumber = Annotated[str, typer.Argument(help="The breach, such as breach-0001.")]
MOMENTS = frozenset({"known", "due", "authority", "told"})
_MINUTE = len("2026-11-04T09:00")
Persons = Annotated[int | None, typer.Option(help="How many persons, about.", min=0)]
Records = Annotated[int | None, typer.Option(help="How many records, about.", min=0)]


@request_app.command("open")
def request_open(
    right: Annotated[str, typer.Option(help=f"What is asked: {', '.join(RIGHTS)}.")],
    received: Annotated[
        datetime | None,
        typer.Option(help="The day it came; default: today.", formats=["%Y-%m-%d"]),
    ] = None,
    identity: Annotated[
        str, typer.Option(help=f"How the identity was checked: {', '.join(IDENTITY)}.")
    ] = "",
    words: Words = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write down a request of a person, without a name; it gets a number and a deadline.

    Example: cartable request open --right erasure --received 2026-11-02 --identity school
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.registering import read_words
    from pipeline.steps.requests import open_request

    workspace = open_workspace()
    day = received.date() if received else workspace.clock().date()
    text = read_words(words)
    receipt = open_request(workspace, right, received=day, identity=identity, words=text)
    show_receipts([receipt], as_json=as_json)


@request_app.command("update")
def request_update(
    number: RequestNumber,
    *,
    identity: Annotated[
        str, typer.Option(help=f"How the identity was checked: {', '.join(IDENTITY)}.")
    ] = "",
    extend: Annotated[
        str, typer.Option(help=f"Two months more, and why: {', '.join(EXTENSIONS)}.")
    ] = "",
    done: Annotated[bool, typer.Option("--done", help="It was carried out.")] = False,
    words: Words = None,
    as_json: AsJson = False,
) -> None:
    """Add to a request that the identity was checked, more time is needed, or it is done.

    Example: cartable request update request-0001 --extend complex
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.registering import read_words
    from pipeline.steps.requests import update_request

    receipt = update_request(
        open_workspace(),
        number,
        identity=identity,
        extension=extend,
        done=done,
        words=read_words(words),
    )
    show_receipts([receipt], as_json=as_json)


@request_app.command("decide")
def request_decide(
    number: RequestNumber,
    decision: Annotated[str, typer.Option(help=f"One of: {', '.join(DECISIONS)}.")],
    ground: Annotated[
        str, typer.Option(help=f"Why it is refused, wholly or in part: {', '.join(GROUNDS)}.")
    ] = "",
    words: Words = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Decide on a request; a refusal names its ground from a closed list.

    Example: cartable request decide request-0001 --decision refused --ground legal_obligation
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.registering import read_words
    from pipeline.steps.requests import decide_request

    receipt = decide_request(
        open_workspace(), number, decision, ground=ground, words=read_words(words)
    )
    show_receipts([receipt], as_json=as_json)


@request_app.command("list")
def request_list(as_json: AsJson = False) -> None:
    """List the requests, what is late first.

    Example: cartable request list
    """
    from pipeline.steps.requests import list_requests

    _show(Label(en="Requests", fr="Demandes"), list_requests(open_workspace()), as_json=as_json)


@breach_app.command("report")
def breach_report(
    nature: Annotated[list[str], typer.Option(help=f"One or several of: {', '.join(NATURES)}.")],
    dataset: Annotated[list[str], typer.Option(help="Whose persons: one dataset or several.")],
    *,
    known: Annotated[
        datetime | None, typer.Option(help="When it became known (UTC); default: now.")
    ] = None,
    persons: Persons = None,
    records: Records = None,
    words: Words = None,
    as_json: AsJson = False,
) -> None:
    """Write down a breach; the authority is notified within 72 hours.

    Example: cartable breach report --nature confidentiality --dataset pupils --persons 40
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.breaches import report_breach
    from pipeline.steps.registering import read_words

    workspace = open_workspace()
    receipt = report_breach(
        workspace,
        known=_utc(known) or workspace.clock(),
        natures=nature,
        datasets=dataset,
        persons=persons or 0,
        records=records or 0,
        words=read_words(words),
    )
    show_receipts([receipt], as_json=as_json)


@breach_app.command("update")
def breach_update(
    number: BreachNumber,
    *,
    risk: Annotated[str | None, typer.Option(help=f"One of: {', '.join(RISKS)}.")] = None,
    authority: Annotated[
        datetime | None, typer.Option(help="When the authority was notified (UTC).")
    ] = None,
    told: Annotated[datetime | None, typer.Option(help="When the persons were told (UTC).")] = None,
    delay: Annotated[
        str | None, typer.Option(help=f"Why after 72 hours: {', '.join(DELAYS)}.")
    ] = None,
    persons: Persons = None,
    records: Records = None,
    close: Annotated[bool, typer.Option("--close", help="Everything was done.")] = False,
    words: Words = None,
    as_json: AsJson = False,
) -> None:
    """Add to a breach what is known now and who was told.

    Example: cartable breach update breach-0001 --risk risk --authority 2026-11-04T09:00:00
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.breaches import BreachNews, update_breach
    from pipeline.steps.registering import read_words

    news = BreachNews(
        persons=persons,
        records=records,
        risk=risk,
        authority=_utc(authority),
        told=_utc(told),
        delay=delay,
        is_closed=close,
    )
    receipt = update_breach(open_workspace(), number, news, words=read_words(words))
    show_receipts([receipt], as_json=as_json)


@breach_app.command("list")
def breach_list(as_json: AsJson = False) -> None:
    """List the breaches, what is late first.

    Example: cartable breach list
    """
    from pipeline.steps.breaches import list_breaches

    _show(
        Label(en="Breaches (times in UTC)", fr="Violations (heures en UTC)"),
        list_breaches(open_workspace()),
        as_json=as_json,
    )


def _show(title: Label, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    import json

    from pipeline.cli.console import show_table

    if as_json:
        print(json.dumps(rows, indent=2))
        return
    language = read_settings().language
    rows = [_brief(row) for row in rows]
    empty = {name for row in rows for name in row if all(one[name] in {None, ""} for one in rows)}
    rows = [{name: row[name] for name in row if name not in empty} for row in rows]
    if language == "fr":
        rows = [_in_french(row) for row in rows]
    show_table(title.words(language), rows, language=language)


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its moments to the minute."""
    moments = MOMENTS & row.keys()
    return {**row, **{name: row[name][:_MINUTE].replace("T", " ") for name in moments}}


def _in_french(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the names and codes of a register in French words."""
    from pipeline.cli.words import code_in_words
    from pipeline.papers.ledger_words import fact_words

    return {
        fact_words(name).fr: code_in_words(fact, "fr") if isinstance(fact, str) else fact
        for name, fact in row.items()
    }


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
