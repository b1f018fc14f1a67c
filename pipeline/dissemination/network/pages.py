"""Write the site of a network: overview, common indicators, what differs, queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.contracts import Label
from pipeline.contracts.numbers import number
from pipeline.dissemination.access import open_published
from pipeline.dissemination.columns import PublishedColumn, PublishedTable
from pipeline.dissemination.network.content import Shown, Spread, grave, latest, series, spread
from pipeline.dissemination.network.differences import (
    ASPECTS,
    Difference,
    common_indicators,
    find_differences,
)
from pipeline.dissemination.network.members import Member
from pipeline.dissemination.network.words import EXAMPLES, TABLES, WORDS
from pipeline.dissemination.site.query.examples import Example
from pipeline.dissemination.site.query.page import (
    QueryPage,
    engine_path,
    status_words,
    write_pages,
)
from pipeline.dissemination.site.rendering import CONTENT_SECURITY_POLICY
from pipeline.dissemination.site.setting import LANGUAGES, school_year
from pipeline.dissemination.site.vendored import ENGINE, vendored
from pipeline.errors import Language

# Of a chart's width, in per cent: the longest bar leaves room for its figure, dots for their half.
_LONGEST, _FIRST_DOT, _LAST_DOT = 80, 1.5, 98.5
_PACKAGE = "pipeline.dissemination.network"


def write_network_site(
    members: Sequence[Member], out: Path, *, title: Label, database: str
) -> None:
    """Write the pages of a network, in each language, and the engine of its query page.

    Args:
        members: the verified releases, in the order of the pages.
        out: the folder of the network; its database lies in it.
        title: of the network.
        database: name of the database's file.

    Raises:
        OSError: the disk refuses.
        StorageError: a vendored file is altered.
    """
    site = _Site(members, find_differences(members), title, database)
    for language in LANGUAGES:
        folder = out / language
        folder.mkdir()
        for name, text in site.pages(language).items():
            (folder / name).write_text(text, encoding="utf-8")
    style = resources.files(_PACKAGE) / "templates" / "network.css"
    (out / "network.css").write_bytes(style.read_bytes())
    (out / "index.html").write_text(site.entry(), encoding="utf-8")
    write_pages(site.query(out), out)
    engine = out / engine_path()
    engine.parent.mkdir(parents=True)
    engine.write_bytes(vendored(ENGINE))


@dataclass(frozen=True)
class _Site:
    members: Sequence[Member]
    differences: Sequence[Difference]
    title: Label
    database: str

    @cached_property
    def common(self) -> tuple[str, ...]:
        return common_indicators(self.members)

    def pages(self, language: Language) -> dict[str, str]:
        indicators = [self._indicator(code, language) for code in self.common]
        render = _renderer(self._common(language), language)
        pages = {
            name: render(f"{name}.j2", page=name, indicators=indicators)
            for name in ("index.html", "differences.html")
        }
        for one in indicators:
            name = f"indicator-{one['slug']}.html"
            pages[name] = render("indicator.html.j2", page=name, one=one)
        return pages

    def entry(self) -> str:
        """Return the page at the root, which leads to both languages."""
        return _renderer({}, "en")("entry.html.j2", title=self.title, csp=CONTENT_SECURITY_POLICY)

    def query(self, out: Path) -> QueryPage:
        return QueryPage(
            name=self.title.en,
            synthetic=self._synthetic(),
            examples={language: self._examples(language) for language in LANGUAGES},
            tables=_tables(out / self.database),
            macros=(),
            statuses={language: status_words(language) for language in LANGUAGES},
            file="network.csv",
            database=f"../{self.database}",
            engine="../",
            home="index.html",
        )

    def _synthetic(self) -> Label | None:
        names = [member.label for member in self.members if member.synthetic]
        if not names:
            return None
        said = WORDS["synthetic.of"]
        return Label(
            en=f"{said.en} {', '.join(name.en for name in names)}.",
            fr=f"{said.fr} {', '.join(name.fr for name in names)}.",
        )

    def _common(self, language: Language) -> dict[str, Any]:
        return {
            "title": self.title.words(language),
            "csp": CONTENT_SECURITY_POLICY,
            "database": self.database,
            "synthetic": [m.label.words(language) for m in self.members if m.synthetic],
            "members": self.members,
        }

    def _examples(self, language: Language) -> list[Example]:
        return [
            Example(
                # The page opens on the example of that name.
                key="ranking" if key == "side_by_side" else key,
                group=WORDS["side"].words(language),
                title=title.words(language),
                sql=self._example(key, self.common[0], language),
            )
            for key, title in EXAMPLES.items()
        ]

    def _example(self, key: str, code: str, language: Language) -> str:
        template = _examples().get_template(f"{key}.sql.j2")
        return template.render(
            title=EXAMPLES[key].words(language), code=code, language=language
        ).strip()

    def _indicator(self, code: str, language: Language) -> dict[str, Any]:
        own = [difference for difference in self.differences if difference.indicator == code]
        facts = next(m.indicators.loc[code] for m in self.members if code in m.indicators.index)
        figures = [latest(member, code) for member in self.members]
        spreads = [one for member in self.members if (one := spread(member, code)) is not None]
        decimals, is_one_unit = int(str(facts["decimals"])), all(d.aspect != "unit" for d in own)
        by_year = [(m.label.words(language), series(m, code)) for m in self.members]
        names = {member.name: member.label.words(language) for member in self.members}
        return {
            "code": code,
            "slug": code.lower(),
            "label": facts[f"label_{language}"],
            "unit": facts[f"unit_{language}"] if is_one_unit else "≠",
            "decimals": decimals,
            "grave": grave(own, code),
            "latest": figures,
            "is_of_parts": all(one.why == "absent" for one in figures),
            "bars": _bars(figures, names) if is_one_unit else [],
            "periods": sorted({period for _, one in by_year for period in one}),
            "series": by_year,
            "strips": _strips(spreads, names, decimals=decimals, language=language),
            "axis": [number(value, decimals, language) for value in _ends(spreads)],
            "definitions": _definitions(self.members, code, language),
            "differences": self._differing(own, language),
            "sql": self._example("side_by_side", code, language),
        }

    def _differing(
        self, differences: Sequence[Difference], language: Language
    ) -> list[dict[str, Any]]:
        said = {
            (d.aspect, d.publisher): d.value_fr if language == "fr" else d.value_en
            for d in differences
        }
        return [
            {
                "aspect": label.words(language),
                "said": [said.get((aspect, member.name)) for member in self.members],
            }
            for aspect, label in ASPECTS.items()
            if any(d.aspect == aspect for d in differences)
        ]


@cache
def _examples() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE, "examples"),
        autoescape=select_autoescape(),  # SQL is text, which the page escapes
        undefined=StrictUndefined,
    )


def _renderer(common: Mapping[str, Any], language: Language) -> Callable[..., str]:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["school_year"] = school_year
    always = {
        "language": language,
        "other": next(other for other in LANGUAGES if other != language),
        "words": {key: label.words(language) for key, label in WORDS.items()},
        "number": number,
        **common,
    }

    def render(template: str, **facts: object) -> str:
        return environment.get_template(template).render(always, **facts)

    return render


def _bars(figures: Sequence[Shown], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a bar for each publisher; lengths start at zero, since lengths are compared."""
    longest = max((abs(one.value) for one in figures if one.value is not None), default=0) or 1
    return [
        {
            "name": names[one.publisher],
            "shown": one,
            "width": round(_LONGEST * max(one.value or 0, 0) / longest, 2),
        }
        for one in figures
    ]


def _ends(spreads: Sequence[Spread]) -> tuple[float, float]:
    values = [value for one in spreads for _, value in one.dots] or [0.0]
    return min(values), max(values)


def _strips(
    spreads: Sequence[Spread], names: Mapping[str, str], *, decimals: int, language: Language
) -> list[dict[str, Any]]:
    low, high = _ends(spreads)
    width = (high - low) or 1
    place = {name: at for at, name in enumerate(names)}
    return [
        {
            "name": names[one.publisher],
            "place": place[one.publisher],
            "level": one.label[1] if language == "fr" else one.label[0],
            "hidden": one.hidden,
            "lowest": number(one.dots[0][1], decimals, language),
            "median": number(one.median, decimals, language),
            "highest": number(one.dots[-1][1], decimals, language),
            "dots": [
                {
                    "name": name,
                    "value": number(value, decimals, language),
                    "x": round(_FIRST_DOT + (_LAST_DOT - _FIRST_DOT) * (value - low) / width, 2),
                }
                for name, value in one.dots
            ],
        }
        for one in spreads
    ]


def _definitions(members: Sequence[Member], code: str, language: Language) -> list[dict[str, Any]]:
    having = [member for member in members if code in member.indicators.index]
    return [
        {
            "name": member.label.words(language),
            "text": member.indicators.loc[code, f"definition_{language}"],
            "source": member.indicators.loc[code, "source"],
        }
        for member in having
    ]


def _tables(database: Path) -> list[PublishedTable]:
    """Return the tables of the comparison database as the query page describes them."""
    with open_published(database) as connection:
        rows = connection.execute("from columns").fetchall()
    return [
        PublishedTable(
            schema="main",
            name=name,
            description=label,
            columns=tuple(
                PublishedColumn(name=column, type=type_, description=Label(en=en, fr=fr))
                for table, column, type_, en, fr in rows
                if table == name
            ),
            order=(),
        )
        for name, label in TABLES.items()
    ]
