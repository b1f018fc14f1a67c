"""The commands on the ledger."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.shared import AsJson
from pipeline.cli.words import AGREES, NO_COPY, code_in_words, in_words
from pipeline.errors import Language
from pipeline.settings import read_settings

ledger_app = typer.Typer(
    help="Look at the ledger, and prove that it is whole.", no_args_is_help=True
)

PublisherKey = Annotated[
    Path | None,
    typer.Option(help="The publisher's public key; default: publisher.pub of the key folder."),
]


@ledger_app.command("verify")
def ledger_verify(
    copy: Annotated[
        Path | None,
        typer.Option(help="The signed head that is kept elsewhere; default: CARTABLE_LEDGER_COPY."),
    ] = None,
    publisher: PublisherKey = None,
    as_json: AsJson = False,
) -> None:
    """Check every entry, its signature and the chain, and the length against the signed heads.

    Example: cartable ledger verify --copy head.json
    """
    from pipeline.cli.console import show_facts
    from pipeline.storage.ledger_check import PublicKey, inspect_ledger
    from pipeline.storage.signatories import read_public_key

    settings = read_settings()
    elsewhere = copy or settings.ledger_copy
    key = PublicKey(read_public_key(publisher or settings.keys / "publisher.pub"))
    found = inspect_ledger(
        settings.home / "ledger",
        key,
        copies=[elsewhere] if elsewhere else [],
        home=settings.home,
    )
    language: Language = "en" if as_json else settings.language
    facts: dict[str, Any] = {"entries": found.entries, "head": found.head}
    if found.torn_bytes:
        facts["unfinished_bytes"] = found.torn_bytes
    said = AGREES if elsewhere else NO_COPY
    facts["copy"] = in_words(said, language).format(entry=found.heads[-1].seq if elsewhere else 0)
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        show_facts(in_words("The ledger is whole", language), facts, language=language)


@ledger_app.command("show")
def ledger_show(
    kind: Annotated[str | None, typer.Option(help="Entries of this kind only.")] = None,
    last: Annotated[int, typer.Option(help="How many, the latest.", min=1)] = 20,
    publisher: PublisherKey = None,
    as_json: AsJson = False,
) -> None:
    """Show the latest entries: counts, hashes and ids; of a ledger that is altered, none.

    Example: cartable ledger show --kind release --last 5
    """
    from pipeline.cli.console import show_table
    from pipeline.papers.ledger_words import fact_words, kind_words
    from pipeline.storage.ledger import Ledger
    from pipeline.storage.ledger_check import PublicKey
    from pipeline.storage.signatories import read_public_key

    settings = read_settings()
    key = PublicKey(read_public_key(publisher or settings.keys / "publisher.pub"))
    ledger = Ledger(settings.home / "ledger", publisher=key, home=settings.home)
    entries = deque((e for e in ledger.entries() if kind in {None, e.kind}), maxlen=last)
    if as_json:
        rows = [{"seq": e.seq, "at": e.at, "kind": e.kind, "facts": e.facts} for e in entries]
        print(json.dumps(rows, indent=2))
        return
    language = settings.language
    shown = [
        {
            "entry": entry.seq,
            "at": entry.at[:19],
            "kind": entry.kind if language == "en" else kind_words(entry.kind).fr,
            "facts": ", ".join(
                f"{name if language == 'en' else fact_words(name).fr}"
                f" {code_in_words(str(fact), language)}"
                for name, fact in entry.facts.items()
            ),
        }
        for entry in entries
    ]
    show_table(in_words("Ledger", language), shown, language=language)
