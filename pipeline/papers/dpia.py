"""The impact assessment (GDPR, article 35) as the JSON that the CNIL's PIA tool imports.

It brings the facts that the software knows: context, principles, measures, and for each of the
three risks the impacts, threats, sources and the measures against them. It judges nothing: the
gauges stand at nought, no evaluation and no opinion is filled in. Those are for the persons who
answer for the processing.

Source: LINCnil/pia, `pia.service.ts` (importData), `pia_architecture.json` (the questions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from markupsafe import escape

from pipeline.contracts import Contracts, Label
from pipeline.papers.dpia_words import CONTEXT, RISKS, Risk
from pipeline.papers.measures import SecurityMeasure, security_measures
from pipeline.papers.register import activities, retention_lines
from pipeline.papers.words import WORDS

PIA_ID = 1
DOING = 0
NOT_ESTIMATED = 0

Say = Callable[[Label], str]


def dpia_json(contracts: Contracts, *, language: str, made_at: datetime) -> str:
    """Return the assessment as text.

    Args:
        contracts: the rules in force.
        language: `fr`, else English.
        made_at: when, with its zone.
    """
    return json.dumps(
        _assessment(contracts, language=language, made_at=made_at), indent=2, ensure_ascii=False
    )


def _assessment(contracts: Contracts, *, language: str, made_at: datetime) -> dict[str, Any]:
    def say(label: Label) -> str:
        return label.words(language)

    stamp = made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    measures = security_measures(contracts)
    texts = {**_context(contracts, say), **_principles(contracts, say)}
    answers = [
        *(_answer(n, stamp, reference=key, text=text) for n, (key, text) in _numbered(texts)),
    ]
    for risk in RISKS:
        answers += _risk(risk, measures, say, stamp=stamp, first_id=len(answers) + 1)
    return {
        "pia": _head(contracts, say, stamp=stamp),
        "answers": answers,
        "measures": [
            {
                "id": position,
                "pia_id": PIA_ID,
                "title": title,
                "content": str(escape(say(measure.content))),
                "placeholder": None,
                "created_at": stamp,
                "updated_at": stamp,
            }
            for position, (title, measure) in enumerate(_titled(measures, say), start=1)
        ],
        "evaluations": [],
        "comments": [],
    }


def _head(contracts: Contracts, say: Say, *, stamp: str) -> dict[str, Any]:
    jurisdiction = contracts.jurisdiction
    return {
        "id": PIA_ID,
        "status": DOING,
        "is_example": 0,
        "is_archive": 0,
        "name": say(contracts.policy.publisher),
        "category": "",
        "author_name": say(jurisdiction.controller_contact.role),
        "evaluator_name": say(jurisdiction.dpo.role),
        "validator_name": say(jurisdiction.controller_contact.role),
        "dpo_status": None,
        "dpo_opinion": None,
        "dpos_names": say(jurisdiction.dpo.role),
        "concerned_people_opinion": None,
        "concerned_people_status": None,
        "concerned_people_searched_opinion": None,
        "concerned_people_searched_content": None,
        "people_names": None,
        "rejected_reason": None,
        "applied_adjustements": None,
        "progress": 0,
        "created_at": stamp,
        "updated_at": stamp,
    }


def _context(contracts: Contracts, say: Say) -> dict[int, str]:
    policy, jurisdiction, law = contracts.policy, contracts.jurisdiction, contracts.law
    notice = [say(jurisdiction.demonstration)] if jurisdiction.demonstration else []
    parties = [
        f"{say(WORDS['controller'])}: {say(policy.controller_words)}",
        f"{say(WORDS['dpo'])}: {jurisdiction.dpo.contact}",
        *(f"{say(WORDS['joint'])}: {p.name}" for p in jurisdiction.joint_controllers),
        *(f"{say(WORDS['processors'])}: {p.name}" for p in jurisdiction.processors),
    ]
    unverified = say(WORDS["unverified"])
    texts = [
        f"{text.title}: {say(text.about)}" + ("" if text.verified else f" ({unverified})")
        for text in law.texts
    ]
    return {
        111: _paragraphs(*notice, say(policy.purpose)),
        112: _list(parties),
        113: _list([*texts, say(law.formality.words)]),
        121: "".join(
            _paragraphs(f"{say(a.dataset.label)}: {say(a.dataset.description)}")
            + _list(f"{say(c.label)} ({say(c.role)}): {say(c.kept)}" for c in a.columns)
            for a in activities(contracts)
        ),
        122: _paragraphs(say(CONTEXT["cycle"])),
        123: _paragraphs(say(CONTEXT["supports"])),
    }


def _principles(contracts: Contracts, say: Say) -> dict[int, str]:
    policy, jurisdiction, law = contracts.policy, contracts.jurisdiction, contracts.law
    columns = [column for a in activities(contracts) for column in a.columns]
    dropped = [column for column in columns if column.is_dropped]
    kept_for = [
        f"{say(WORDS[f'zone.{zone}'])}: {days} {say(WORDS['days'])}. {say(reason)} ({say(source)})"
        for zone, days, reason, source in retention_lines(contracts)
    ]
    minimised = CONTEXT["minimised"]
    figures = {"columns": len(columns), "dropped": len(dropped)}
    transfers = [f"{say(t.to)}: {say(t.safeguards)}" for t in jurisdiction.transfers]
    processors = [f"{p.name}: {say(p.does)}" for p in jurisdiction.processors]
    return {
        211: _list([say(policy.purpose), *(say(a.dataset.purpose) for a in activities(contracts))]),
        212: _paragraphs(say(policy.legal_basis)),
        213: _paragraphs(say(minimised).format(**figures)),
        214: _paragraphs(say(CONTEXT["accurate"])),
        215: _list(kept_for),
        221: _paragraphs(say(jurisdiction.information)),
        222: _paragraphs(say(CONTEXT["consent"]), say(policy.legal_basis)),
        223: _paragraphs(say(CONTEXT["access"])),
        224: _paragraphs(say(CONTEXT["erasure"])),
        225: _paragraphs(say(CONTEXT["objection"])),
        226: _list(processors) or _paragraphs(say(WORDS["none"])),
        227: _list(transfers)
        or _paragraphs(say(WORDS["no_transfer"]), *(say(rule.words) for rule in law.transfers)),
    }


def _risk(
    risk: Risk, measures: tuple[SecurityMeasure, ...], say: Say, *, stamp: str, first_id: int
) -> list[dict[str, Any]]:
    against = [title for title, one in _titled(measures, say) if one.title.en in risk.measures]
    lists = [[say(item) for item in part] for part in (risk.impacts, risk.threats, risk.sources)]
    listed = [
        _answer(first_id + n, stamp, reference=risk.reference + 1 + n, items=items)
        for n, items in enumerate([*lists, against])
    ]
    judged = [
        _answer(
            first_id + 4 + n,
            stamp,
            reference=risk.reference + 5 + n,
            text=_paragraphs(say(CONTEXT["estimate"])),
            gauge=NOT_ESTIMATED,
        )
        for n in range(2)
    ]
    return [*listed, *judged]


def _answer(
    number: int,
    stamp: str,
    *,
    reference: int,
    text: str | None = None,
    items: Iterable[str] = (),
    gauge: int | None = None,
) -> dict[str, Any]:
    return {
        "id": number,
        "pia_id": PIA_ID,
        "reference_to": reference,
        "data": {"text": text, "gauge": gauge, "list": list(items)},
        "created_at": stamp,
        "updated_at": stamp,
    }


def _titled(measures: tuple[SecurityMeasure, ...], say: Say) -> list[tuple[str, SecurityMeasure]]:
    """Return the measures, each under a title of its own: the tool links them by it."""
    titled: dict[str, SecurityMeasure] = {}
    for measure in measures:
        title, number = say(measure.title), 2
        while title in titled:
            title, number = f"{say(measure.title)} {number}", number + 1
        titled[title] = measure
    return list(titled.items())


def _numbered(texts: dict[int, str]) -> Iterable[tuple[int, tuple[int, str]]]:
    return enumerate(sorted(texts.items()), start=1)


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _list(items: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{lines}</ul>" if lines else ""
