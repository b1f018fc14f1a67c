"""Templates to pages: one language each, nothing inline, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from pipeline.contracts import Contracts, Label
from pipeline.contracts.numbers import number, percent_sign, percentage
from pipeline.dissemination.site.content import row_dots
from pipeline.dissemination.site.meta import page_of
from pipeline.dissemination.site.setting import long_date, school_year, unbroken
from pipeline.dissemination.site.words import WORDS
from pipeline.errors import Language

# Scripts, styles and data of the site alone; WebAssembly for the query page; charts and pictures
# that a page makes itself are `data:` and `blob:`.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)


def site_environment(contracts: Contracts) -> Environment:
    """Return the templates with what all pages share."""
    environment = Environment(
        loader=PackageLoader("pipeline.dissemination.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        contracts=contracts,
        policy=contracts.policy,
        words=WORDS,
        number=number,
        percent_sign=percent_sign,
        percentage=percentage,
        school_year=school_year,
        long_date=long_date,
        page_of=page_of,
        row_dots=row_dots,
        policy_of_content=CONTENT_SECURITY_POLICY,
    )
    return environment


def render(
    environment: Environment, template: str, language: Language, content: Mapping[str, Any]
) -> str:
    """Return a page; `context` of the content becomes the JSON that its script reads."""

    def said(label: Label) -> str:
        return unbroken(label.words(language), language)

    def level_label(level: str) -> str:
        levels = cast("Contracts", environment.globals["contracts"]).territories.levels
        return next(said(one.label) for one in levels if one.level == level)

    given = dict(content)
    context = given.pop("context", None)
    return environment.get_template(f"{template}.html.j2").render(
        given,
        language=language,
        other="en" if language == "fr" else "fr",
        said=said,
        spaced=lambda text: unbroken(text, language),
        colon=unbroken(" :", "fr") if language == "fr" else ":",
        level_label=level_label,
        context=None if context is None else json_text(context),
    )


def json_text(data: object) -> Markup:
    """Return JSON that cannot end the script element it stands in."""
    return htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
