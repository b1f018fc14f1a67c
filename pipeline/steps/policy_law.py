"""The law that a policy works under, in words: the authority, the offices, the transfers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from pipeline.contracts import Contracts, Label
from pipeline.contracts.jurisdiction import Authority, LegalText, Office, Point
from pipeline.contracts.numbers import colon
from pipeline.errors import Language

Statement = tuple[str, str, str]


def law_in_words(contracts: Contracts, language: Language) -> list[Statement]:
    """Return what the jurisdiction says: what it is about, in words, and its source.

    What was not checked in its source bears the words that say so.

    Args:
        contracts: the rules.
        language: of the words.
    """
    word = {name: label.words(language) for name, label in _WORDS.items()}
    word["colon"] = colon(language)
    return list(chain(_own(contracts, word, language), _of_country(contracts, word, language)))


def _own(contracts: Contracts, word: Mapping[str, str], language: Language) -> Iterator[Statement]:
    ours = contracts.jurisdiction
    filed = f"{ours.filed.number}, {ours.filed.on}" if ours.filed else word["not_filed"]
    yield word["since"], ours.since.isoformat(), ""
    yield word["contact"], _office(ours.controller_contact, language), ""
    if ours.representative is not None:
        yield word["representative"], _office(ours.representative, language), ""
    yield word["dpo"], _office(ours.dpo, language), ""
    yield word["filed"], filed, ""
    for party in ours.joint_controllers:
        yield word["joint"], f"{party.name}{word['colon']}{party.does.words(language)}", ""
    for party in ours.processors:
        yield word["processor"], f"{party.name}{word['colon']}{party.does.words(language)}", ""
    for transfer in ours.transfers:
        said = f"{transfer.to.words(language)}{word['colon']}{transfer.safeguards.words(language)}"
        yield word["transfer"], said, ""
    if not ours.transfers:
        yield word["transfer"], word["no_transfer"], ""
    yield word["information"], ours.information.words(language), ""
    for measure in ours.security:
        yield word["security"], measure.words(language), ""
    if ours.demonstration is not None:
        yield word["demonstration"], ours.demonstration.words(language), ""


def _of_country(
    contracts: Contracts, word: Mapping[str, str], language: Language
) -> Iterator[Statement]:
    law = contracts.law

    def source(of: Point | Authority | LegalText) -> str:
        said = of.source_in(language)
        return said if of.verified else f"{said} ({word['unverified']})"

    def told(name: str, point: Point) -> Statement:
        said = point.words.words(language)
        return word[name], said, source(point)

    yield word["country"], law.country.words(language), ""
    checked = source(law.authority)
    yield word["authority"], f"{law.authority.name} ({law.authority.short})", checked
    yield told("formality", law.formality)
    for name, points in (
        ("retention", law.retention),
        ("transfer_rule", law.transfers),
        ("threshold", law.thresholds),
    ):
        yield from (told(name, point) for point in points)
    for text in law.texts:
        said = f"{text.title}{word['colon']}{text.about.words(language)}"
        yield word["text"], said, source(text)


def _office(office: Office, language: Language) -> str:
    return f"{office.role.words(language)}, {office.contact}"


_WORDS: Mapping[str, Label] = {
    "since": Label(en="in force since", fr="en vigueur depuis"),
    "contact": Label(en="contact of the controller", fr="contact du responsable"),
    "representative": Label(en="representative", fr="représentant"),
    "dpo": Label(en="data protection officer", fr="délégué à la protection des données"),
    "filed": Label(en="formality done", fr="formalité accomplie"),
    "not_filed": Label(en="none is noted", fr="aucune n'est notée"),
    "joint": Label(en="joint controller", fr="responsable conjoint"),
    "processor": Label(en="processor", fr="sous-traitant"),
    "transfer": Label(en="transfer abroad", fr="transfert à l'étranger"),
    "no_transfer": Label(
        en="none: personal data do not leave the country",
        fr="aucun : les données personnelles ne quittent pas le pays",
    ),
    "information": Label(en="how persons are told", fr="information des personnes"),
    "security": Label(en="measure around the software", fr="mesure autour du logiciel"),
    "demonstration": Label(en="demonstration", fr="démonstration"),
    "country": Label(en="country", fr="pays"),
    "authority": Label(en="authority", fr="autorité"),
    "formality": Label(en="formality", fr="formalité"),
    "retention": Label(en="retention there", fr="conservation dans ce pays"),
    "transfer_rule": Label(en="transfers from there", fr="transferts depuis ce pays"),
    "threshold": Label(en="thresholds there", fr="seuils dans ce pays"),
    "text": Label(en="text that applies", fr="texte applicable"),
    "unverified": Label(en="not checked in its source", fr="non vérifié à la source"),
}
