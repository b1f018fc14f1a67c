"""Turn a paper into one HTML page: no request to anywhere, every text escaped."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.contracts import Label
from pipeline.papers.words import WORDS, figure


def render_page(template: str, language: str, **content: Any) -> str:
    """Return a page.

    Args:
        template: name of a file of `templates/`.
        language: `fr`, else English.
        content: what the template names; a name that it lacks is an error, not a blank.
    """
    environment = Environment(
        loader=PackageLoader("pipeline.papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    styles = resources.files("pipeline.papers").joinpath("templates/paper.css")
    return environment.get_template(template).render(
        language=language,
        style=Markup(styles.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        w=_words(language),
        colon="\N{NO-BREAK SPACE}: " if language == "fr" else ": ",
        say=lambda label: label.words(language),
        number=lambda value: figure(value, "fr" if language == "fr" else "en"),
        **content,
    )


def _words(language: str) -> Callable[[str], str]:
    def words(key: str) -> str:
        label: Label = WORDS[key]
        return label.words(language)

    return words


def drawing(svg: str) -> Markup:
    """Return a chart as part of a page; the library that draws it escapes every text in it."""
    return Markup(svg)  # noqa: S704 - texts are escaped by what draws, as a test holds
