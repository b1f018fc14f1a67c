"""The disclosure report: what the officer reads, and what everybody may know of it."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from pipeline.papers.disclosure_chart import ranges_chart
from pipeline.papers.disclosure_page import (
    Charts,
    added_ranges,
    disclosure_rules,
    public_disclosure,
    public_page,
    review_page,
)
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

CONTRACTS = load_project(INSTALLATION).contracts
NAME, RELEASE = "candidate-0123456789abcdef", "release-0123456789abcdef"
# Numbers that occur once each, so that a page that tells one is found out.
PRIMARY, SECONDARY, BOUND = 7_301, 2_417, 2_203


def level(area: str, primary: int, secondary: int) -> dict[str, Any]:
    return {
        "table": "enrolment",
        "area_level": area,
        "threshold": 5,
        "cells": 100_000,
        "primary": primary,
        "secondary": secondary,
        "hidden_pct": round((primary + secondary) / 1_000, 2),
        "method": "suppression",
        "mean_error": 0.0,
        "kept_pct": 87.65,
    }


def facts(
    *,
    proven: int = PRIMARY + SECONDARY,
    before: str | None = "release-1",
    outcome: str = "pass",
) -> dict[str, Any]:
    changes = {
        "table": "enrolment", "area_level": "commune", "newly_hidden": 31, "newly_shown": 17
    }  # fmt: skip
    return {
        "content": "c" * 64,
        "periods": ["2020", "2021"],
        "report": [level("commune", PRIMARY, SECONDARY), level("country", 0, 0)],
        "proof": {"width": 3, "least": {"enrolment": 1}},
        "adversary": {
            "outcome": outcome,
            "asked": 321,
            "figures": 5_432,
            "intervals": {"3": 300, "20": 21},
            "risks": {"singling_out": {"known_cells": 0}, "linkability": {"shared": 654}},
        },
        "disclosure": {
            "policy": {"policy": "demo", "version": 4},
            "rules": disclosure_rules(CONTRACTS),
            "hidings": [
                {
                    "population": "pupils",
                    "period": period,
                    "primary": PRIMARY,
                    "secondary": SECONDARY,
                    "bound": bound,
                    # JSON makes texts of them.
                    "ranges": {"enrolment": {"3": 4_000, "20": 859}},
                }
                for period, bound in (("2020", BOUND - 1), ("2021", 1))
            ],
            "proofs": [
                {
                    "table": "enrolment",
                    "area_level": "commune",
                    "hidden": PRIMARY + SECONDARY,
                    "proven": proven,
                    "narrowest": 3 if proven == PRIMARY + SECONDARY else 2,
                    "worlds": 12,
                }
            ],
            "worlds": 12,
            "amounts": ["school_bandwidth"],
            "changes": {"release": before, "rows": [changes] if before else []},
        },
    }


def text_of(page: str) -> str:
    told = re.sub(r"<(style|title)>.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(told))


def page(language: str = "en", **changes: Any) -> str:
    return text_of(
        review_page(NAME, facts(**changes), CONTRACTS, charts=Charts(), language=language)
    )


def test_the_officer_reads_first_whether_all_is_proven() -> None:
    told = page()
    assert "Every hidden figure stays uncertain, and that is proven." in told
    assert "9,718 hidden figures" in told
    short = page(proven=9_000)
    assert "Not every hidden figure is proven" in short
    assert "Only 9,000 of 9,718" in short
    assert "and that is proven" not in short


def test_rules_bound_and_changes_stand_in_it() -> None:
    told = page()
    for number in ("7,301", "2,417", "2,203", "31", "17"):
        assert number in told
    for rule in disclosure_rules(CONTRACTS):
        assert (rule["reason"] or "") in told
        assert (rule["source"] or "") in told
    assert "Compared with release-1" in told
    assert "No release was in force" in page(before=None)


def test_the_adversary_and_why_it_does_not_fail_stand_in_it() -> None:
    told = page()
    assert "The adversary fails." in told
    assert "321 of 5,432 exactly" in told
    assert "secrets that several tables would show 654" in told
    refused = text_of(
        review_page(
            NAME,
            facts(outcome="refuse"),
            CONTRACTS,
            charts=Charts(),
            doubts=["3 hidden cells follow"],
            language="en",
        )
    )
    assert "The adversary does not fail." in refused
    assert "3 hidden cells follow" in refused


def test_levels_that_hide_nothing_are_named_together() -> None:
    assert "Nothing is hidden of: Enrolment (Country)" in page()


def test_figures_that_noise_moves_are_told_apart() -> None:
    told = facts()
    moved = level("commune", 0, 0) | {"table": "teaching_staff", "method": "cell_key"}
    told["report"].append(moved | {"mean_error": 1.25})
    text = text_of(review_page(NAME, told, CONTRACTS, charts=Charts(), language="en"))
    assert "Teaching staff Commune cell keys 100,000 1.25" in text
    assert "of: Enrolment (Country) Figures" in text


def test_proofs_of_amounts_are_not_counted_among_those_of_persons() -> None:
    told = facts()
    amounts = told["disclosure"]["proofs"][0] | {"table": "school_bandwidth", "narrowest": 1}
    told["disclosure"]["proofs"].append(amounts | {"hidden": 731, "proven": 731})
    text = text_of(review_page(NAME, told, CONTRACTS, charts=Charts(), language="en"))
    assert "9,718 hidden figures" in text
    assert "Amounts. 731 sums over units" in text
    assert "3 persons, least uncertainty" in text
    public = public_disclosure(told, release=RELEASE)
    assert public["persons"] == PRIMARY + SECONDARY
    assert "sums over units" not in text_of(public_page(public, CONTRACTS, language="en"))
    bandwidth = level("commune", 731, 0) | {"table": "school_bandwidth"}
    told["report"].append(bandwidth)
    reviewed = text_of(review_page(NAME, told, CONTRACTS, charts=Charts(), language="en"))
    assert re.search(r"Bandwidth of schools Commune .* 731 1 Mbit/s ", reviewed)
    public = public_disclosure(told, release=RELEASE)
    assert "Amounts. 731 sums over units" in text_of(public_page(public, CONTRACTS, language="en"))


def test_it_speaks_french() -> None:
    told = page("fr")
    assert "Chaque chiffre masqué reste incertain" in told
    assert "Borne inférieure" in told
    assert "Intercommunalité" not in told
    assert "Lower bound" not in told
    assert "Since the last release" not in told
    whole = review_page(NAME, facts(), CONTRACTS, charts=Charts(), language="fr")
    assert f"<title>Rapport sur le secret statistique\N{NO-BREAK SPACE}: {NAME}</title>" in whole


def test_every_rule_of_the_policy_on_a_table_of_persons_is_told() -> None:
    rules = {(rule["table"], rule["rule"]): rule["value"] for rule in disclosure_rules(CONTRACTS)}
    policy = CONTRACTS.policy
    assert rules[None, "width"] == policy.protection_width.value
    for name, table in CONTRACTS.tables.items():
        if table.counts == "persons":
            assert rules[name, "threshold"] == CONTRACTS.threshold(table)
            assert rules.get((name, "extreme")) == CONTRACTS.extreme_pct(table)
            assert (name, f"zeros_{CONTRACTS.zeros(table)}") in rules
        elif table.amounts is not None:
            limits = policy.amounts[table.amounts]
            assert rules[name, "method:p_pct"] == limits.p_pct.value
        else:
            assert not any(of == name for of, _ in rules)


def test_ranges_of_all_periods_are_added() -> None:
    assert added_ranges(facts()["disclosure"]["hidings"]) == {"enrolment": {3: 8_000, 20: 1_718}}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_public_version_gives_no_bound_away(language: str) -> None:
    told = public_disclosure(facts(), release=RELEASE)
    text = json.dumps(told) + text_of(public_page(told, CONTRACTS, language=language))
    text = re.sub("[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE},]", "", text)
    assert str(PRIMARY + SECONDARY) in text
    for secret in (PRIMARY, SECONDARY, BOUND, 8_000, 4_000, 87.65, NAME, "primary", "secondary"):
        assert str(secret) not in text
    assert RELEASE in text


def test_the_public_version_claims_no_proof_that_is_not_there() -> None:
    told = public_disclosure(facts(proven=9_000), release=RELEASE)
    assert told["proven"] is False
    assert "proven" not in text_of(public_page(told, CONTRACTS, language="en"))


def test_a_chart_escapes_every_text() -> None:
    names = ("<script>alert(1)</script>", "</svg><b onload=x>&")
    svg = ranges_chart({3: 8}, names=names, language="en")
    assert "&lt;script&gt;" in svg
    assert not any(tag in svg for tag in ("<script", "<b ", "</svg><"))


def test_a_chart_names_nothing_of_any_network_and_tells_each_bar() -> None:
    svg = ranges_chart({3: 8_000, 4: 25, 12: 3, 40: 4}, names=("Range", "Figures"), language="en")
    assert svg.startswith("<svg")
    assert set(re.findall(r"https?://[^\"' ]*", svg)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"8,000", "25", "7", "12+", "Range", "Figures"} <= set(texts)
    assert "8\N{NARROW NO-BREAK SPACE}000" in ranges_chart(
        {3: 8_000}, names=("Écart", "Chiffres"), language="fr"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_limits_are_called_by_words_and_figures_by_range_stand_by_their_own_chart(
    language: str,
) -> None:
    told = facts()
    told["disclosure"]["rules"] = [
        *disclosure_rules(CONTRACTS),
        {
            **told["disclosure"]["rules"][0],
            "table": "enrolment",
            "rule": "method:cell_key.variance",
        },
    ]
    charts = Charts(ranges="<svg>FIRST</svg>", intervals="<svg>SECOND</svg>")
    text = text_of(review_page(NAME, told, CONTRACTS, charts=charts, language=language))
    for code in ("p_pct", "dominance_n", "contributors", "cell_key."):
        assert code not in text
    told["disclosure"]["rules"] = disclosure_rules(CONTRACTS)
    french = text_of(review_page(NAME, told, CONTRACTS, charts=charts, language="fr"))
    for unit in ("3 personnes", "5 élèves", "5 enseignants", "3 écoles", "99 %"):
        assert unit in french
    assert "Commune : niveau d'enseignement \N{MULTIPLICATION SIGN} secteur" in french
    words = {"en": "Variance of the noise", "fr": "Variance du bruit"}
    assert words[language] in text
    by_range = {"en": "Hidden figures by range, in persons", "fr": "Chiffres masqués par écart"}
    assert text.index("FIRST") < text.index(by_range[language]) < text.index("SECOND")


def test_a_bound_that_is_not_known_is_not_told_as_none_that_can_be_avoided() -> None:
    told = facts()
    assert "cannot be avoided" in text_of(
        review_page(NAME, told, CONTRACTS, charts=Charts(), language="en")
    )
    for one in told["disclosure"]["hidings"]:
        one["bound"] = 0
    text = text_of(review_page(NAME, told, CONTRACTS, charts=Charts(), language="en"))
    assert "cannot be avoided" not in text
