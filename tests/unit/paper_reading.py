"""Read a paper as a browser would: its text, its anchors, and what it would ask of the outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_ASKING = {"src", "srcset", "data", "poster", "action", "formaction", "background"}
_VOID = {"meta", "br", "link", "img", "input", "hr"}


@dataclass
class Paper:
    """What a page holds.

    Attributes:
        language: of the page.
        text: all that a person reads.
        ids: of its parts.
        anchors: the parts that its links lead to.
        outside: attributes and tags that ask something of the outside.
    """

    language: str = ""
    text: str = ""
    ids: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "html":
            self.paper.language = given["lang"]
        if tag in {"script", "link", "iframe", "object", "embed", "base", "img"}:
            self.paper.outside.append(tag)
        self.paper.outside += [f"{tag} {name}" for name in given if name in _ASKING]
        self.paper.ids += [given["id"]] if "id" in given else []
        target = given.get("href", "#")
        if target.startswith("#"):
            self.paper.anchors += [target[1:]] if "href" in given else []
        else:
            self.paper.outside.append(f"{tag} {target}")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes what it did not open"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.paper.outside += [word for word in ("url(", "@import", "http") if word in data]
        else:
            self.paper.text += data

    def close(self) -> None:
        super().close()
        assert self._open == [], "a part of the page stays open"


def read_paper(page: str) -> Paper:
    """Return what a page holds; a part that is not closed in its place is an error."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.paper
