"""The command that examines an installation."""

from __future__ import annotations

import typer

from pipeline.cli.shared import AsJson, Lang, language_of
from pipeline.errors import CartableError, Language

doctor_app = typer.Typer()


@doctor_app.command()
def doctor(lang: Lang = None, as_json: AsJson = False) -> None:
    """Examine the installation: what lacks, what is open to others, what the next run will do.

    Example: cartable doctor
    """
    import json

    from pipeline.cli.doctor_page import show_findings
    from pipeline.errors import UnfitError
    from pipeline.steps.doctor import examine
    from pipeline.steps.health import Level

    findings = examine()
    language = _language(lang)
    if as_json:
        print(json.dumps([each.as_dict(language) for each in findings], indent=2))
    else:
        show_findings(findings, language)
    if faults := sum(each.level is Level.FAULT for each in findings):
        raise UnfitError("doctor.unfit", count=faults)


def _language(lang: Lang) -> Language:
    """Return the language that was asked for; English where the settings cannot be read."""
    try:
        return language_of(lang)
    except CartableError:
        return "en"
