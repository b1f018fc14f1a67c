"""The commands. Each says in one sentence what it does and gives one example."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.arrivals import arrivals_app
from pipeline.cli.audit import audit_app
from pipeline.cli.decisions import decisions_app
from pipeline.cli.demo import demo_app
from pipeline.cli.disclosure import disclosure_app
from pipeline.cli.doctor import doctor_app
from pipeline.cli.fetching import fetch_app
from pipeline.cli.inbox import inbox
from pipeline.cli.intake import ingest
from pipeline.cli.keys import keys_app
from pipeline.cli.ledger import ledger_app
from pipeline.cli.lineage import lineage_app
from pipeline.cli.network import network_app, verify
from pipeline.cli.openings import review_app
from pipeline.cli.policy import policy_app
from pipeline.cli.quarantine import quarantine_app
from pipeline.cli.release import release_app
from pipeline.cli.requests import breach_app, request_app
from pipeline.cli.risk import risk_app
from pipeline.cli.rules import contracts_app
from pipeline.cli.shared import AsJson, QueryFormat, is_confirmed, language_of, open_workspace
from pipeline.cli.site import site_app
from pipeline.cli.subject import subject_app
from pipeline.contracts import Label
from pipeline.errors import CartableError, Language
from pipeline.settings import read_settings

# A table is for reading; a file that was cut without notice would pass for the whole.
CUT = Label(
    en="Cut after {limit} rows; --limit gives more.",
    fr="Coupé après {limit} lignes ; --limit en donne plus.",
)
TABLE_ROWS = 1_000
# What a shell says of a command that Ctrl-C ended.
INTERRUPTED = 130

app = typer.Typer(
    name="cartable",
    help="School records in, territorial statistics out, no person to be found in them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(demo_app, name="demo")
app.command()(inbox)
app.add_typer(arrivals_app, name="arrivals")
app.add_typer(contracts_app, name="contracts")
app.add_typer(keys_app, name="keys")
app.add_typer(policy_app, name="policy")
app.add_typer(ledger_app, name="ledger")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(review_app, name="review")
app.add_typer(release_app, name="release")
app.add_typer(site_app, name="site")
app.add_typer(request_app, name="request")
app.add_typer(breach_app, name="breach")
app.add_typer(subject_app, name="subject")
app.add_typer(lineage_app)
app.add_typer(fetch_app)
app.add_typer(decisions_app)
app.add_typer(audit_app, name="audit")
app.add_typer(disclosure_app, name="disclosure")
app.add_typer(risk_app)
app.command()(verify)
app.add_typer(network_app, name="network")
app.add_typer(doctor_app)


def main() -> None:
    """Run the command line; an error becomes one line and an exit code of its kind."""
    from pipeline.cli.boundary import close_boundary
    from pipeline.cli.console import show_error

    language = _language()
    close_boundary(language)
    try:
        app()
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            show_error(CartableError("command.interrupted"), language)
        raise
    except KeyboardInterrupt:
        show_error(CartableError("command.interrupted"), language)
        sys.exit(INTERRUPTED)
    except BaseException as error:  # noqa: BLE001 - the boundary: nothing of a cause may be printed
        sys.exit(show_error(error, language))


def _language() -> Language:
    try:
        return read_settings().language
    except CartableError:
        return "en"


app.command()(ingest)


@app.command()
def prepare(as_json: AsJson = False) -> None:
    """Make a release candidate: count, protect, compute indicators, check, seal for review.

    Example: cartable prepare
    """
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.prepare import prepare as prepare_step

    with listening() as progress:
        receipt = prepare_step(open_workspace(), progress=progress)
    show_receipts([receipt], as_json=as_json)


@app.command()
def publish(
    by: Annotated[str, typer.Option(help="Role or account of the controller's delegate.")],
    yes: Annotated[bool, typer.Option("--yes", help="Approve without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Prepare a candidate, show what it hides, ask for the approval, publish.

    Example: cartable publish --by delegate
    """
    from pipeline.steps.policy import require_policy

    workspace = open_workspace()
    # Before what takes seconds to load: the answer may be no.
    require_policy(workspace)

    from pipeline.cli.approval_page import (
        show_hidden,
        show_opinion,
        show_report_command,
        show_since,
        show_verdict,
    )
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.opining import opinion_facts
    from pipeline.steps.prepare import prepare as prepare_step
    from pipeline.steps.release import approve as approve_step
    from pipeline.steps.release import is_in_force
    from pipeline.steps.release import release as release_step

    with listening() as progress:
        prepared = prepare_step(workspace, progress=progress)
    candidate, receipts = prepared.ids["candidate"], [prepared]
    if not is_in_force(workspace, candidate):
        asked = None if yes else workspace.clock()
        if not yes:
            facts, language = workspace.review.facts(candidate), language_of(None)
            show_hidden(facts["report"], language, to_stderr=as_json)
            show_since(facts, language, to_stderr=as_json)
            verdict = facts.get("adversary", {})
            show_verdict(verdict, language, to_stderr=as_json)
            show_opinion(opinion_facts(workspace, candidate, verdict), language)
            show_report_command(candidate, language)
            _ask_approval(candidate, approver=by)
        receipts.append(approve_step(workspace, candidate, approver=by, answered=asked))
    with listening() as progress:
        receipts.append(release_step(workspace, candidate, progress=progress))
    show_receipts(receipts, as_json=as_json)


def _ask_approval(candidate: str, *, approver: str) -> None:
    from pipeline.cli.words import in_words
    from pipeline.errors import ApprovalError

    question = in_words("Approve {candidate} as {approver}?", language_of(None))
    if not is_confirmed(question.format(candidate=candidate, approver=approver)):
        raise ApprovalError("approval.declined", candidate=candidate)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show arrivals, refused deliveries, batches, quarantine, candidates and the release in force.

    Example: cartable status
    """
    import json

    from pipeline.steps.status import status as status_step

    state = status_step(open_workspace())
    if as_json:
        print(json.dumps(state, indent=2))
        return
    # Of use to a reader alone: the JSON has no words.
    from pipeline.cli.status_page import show_status

    show_status(state, language_of(None))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One select on the published database.")],
    output_format: Annotated[
        QueryFormat | None,
        typer.Option("--format", help="How to write the answer; default: as --output ends, table."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file instead of the terminal.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(help="The most rows; default: 1000 as a table, all otherwise.", min=1),
    ] = None,
) -> None:
    """Ask the release in force, read-only.

    Example: cartable query "select * from totals where indicator = 'ENROLMENT'" --format csv
    """
    from pipeline.cli.answers import write_answer
    from pipeline.steps.asking import ask

    if output_format is None:
        ends = "" if output is None else output.suffix.removeprefix(".").lower()
        output_format = QueryFormat(ends) if ends in [*QueryFormat] else QueryFormat.TABLE
    if limit is None and output is None and output_format is QueryFormat.TABLE:
        limit = TABLE_ROWS
    answer = ask(read_settings(), sql, limit=limit)
    write_answer(answer.table, output_format.value, output)
    if answer.is_truncated:
        print(CUT.words(language_of(None)).format(limit=limit), file=sys.stderr)


@app.command()
def retain(
    destroy: Annotated[
        list[str] | None,
        typer.Option(
            help="A delivery that goes now, with its refused rows: lost, or not to be searched."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Destroy what outlived the policy's retention.

    Example: cartable retain
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.retain import retain as retain_step

    show_receipts([retain_step(open_workspace(), destroy=destroy or [])], as_json=as_json)


@app.command()
def version() -> None:
    """Print the version.

    Example: cartable version
    """
    print(f"cartable {__version__}")
