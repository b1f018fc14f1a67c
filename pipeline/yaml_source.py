"""Read a YAML file strictly and remember on which line each part stands.

YAML 1.2 core types only: `no` is a word and `01004` a text, not a boolean or an octal number.
A key that stands twice is refused; anchors and tags of other types are too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # Where no libyaml is: the same content, ten times slower.
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # two classes to the type checker

YamlPath = tuple[str | int, ...]


class _CoreLoader(Loader):
    """SafeLoader with YAML 1.2's core schema instead of 1.1's."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", "n~\0"),
):
    _CoreLoader.add_implicit_resolver(
        _tag, re.compile(_pattern), [*_first, *([""] if "n" in _first else [])]
    )


class YamlError(Exception):
    """The file is not the YAML we accept; `code` is a key of the message catalogue."""

    def __init__(self, code: str, line: int) -> None:
        self.code = code
        self.line = line
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class YamlSource:
    """The content of a YAML file and the line (from 1) of each of its parts."""

    data: Any
    lines: dict[YamlPath, int]

    def line(self, path: YamlPath) -> int:
        """Return the line of a part, or that of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path) -> YamlSource:
    """Return the file's content with its lines.

    Raises:
        YamlError: as `parse_yaml`.
    """
    return parse_yaml(path.read_bytes())


def parse_yaml(data: bytes) -> YamlSource:
    """Return the content of a file that was read, with its lines.

    Raises:
        YamlError: not UTF-8, not YAML, a key twice, an anchor, or an empty file.
    """
    try:
        loader = _CoreLoader(data.decode("utf-8"))
        node = loader.get_single_node()
    except UnicodeDecodeError:
        raise YamlError("contract.not_utf8", 1) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError("contract.not_yaml", mark.line + 1 if mark else 1) from None
    if node is None:
        raise YamlError("contract.empty", 1)
    lines: dict[YamlPath, int] = {}
    _walk(node, (), lines, set())
    try:
        return YamlSource(loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError("contract.not_yaml", mark.line + 1 if mark else 1) from None


def _walk(node: yaml.Node, path: YamlPath, lines: dict[YamlPath, int], seen: set[int]) -> None:
    if id(node) in seen:
        raise YamlError("contract.anchor", node.start_mark.line + 1)
    seen.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = (*path, str(key.value))
            if child in lines:
                raise YamlError("contract.repeated_key", key.start_mark.line + 1)
            lines[child] = key.start_mark.line + 1
            _walk(value, child, lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*path, position), lines, seen)
