"""Rules are read by libyaml as the reader in Python reads them: same content, lines, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline import yaml_source
from pipeline.settings import INSTALLATION
from pipeline.yaml_source import YamlError, YamlSource, read_yaml

TOGO = INSTALLATION / "tests" / "projects" / "togo"
RULES = [
    path
    for project in (INSTALLATION, TOGO)
    for path in sorted((project / "contracts").rglob("*.yml"))
]


class InPython(yaml.SafeLoader):
    """The slow reader under the same rules."""


InPython.yaml_implicit_resolvers = yaml_source._CoreLoader.yaml_implicit_resolvers


def slowly(path: Path, monkeypatch: pytest.MonkeyPatch) -> YamlSource:
    with monkeypatch.context() as patched:
        patched.setattr(yaml_source, "_CoreLoader", InPython)
        return read_yaml(path)


def test_every_rule_has_the_same_content_and_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert issubclass(yaml_source._CoreLoader, yaml.CSafeLoader)
    assert len(RULES) > 30
    for path in RULES:
        assert read_yaml(path) == slowly(path, monkeypatch)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a: no", "no"),
        ("a: 01004", "01004"),
        ("a: 0o17", "0o17"),
        ("a: 1e3", "1e3"),
        ("a: 2021-10-15", "2021-10-15"),
        ("a: -12", -12),
        ("a: 0.5", 0.5),
        ("a: true", True),
        ("a:", None),
        ("a: ~", None),
        ('a: "1"', "1"),
        ("a: |\n  é\n  b\n", "é\nb\n"),
        ("a: {b: [1, x]}", {"b": [1, "x"]}),
    ],
)
def test_only_core_types_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, content: object
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(text, encoding="utf-8")
    assert read_yaml(path).data == {"a": content}
    assert read_yaml(path) == slowly(path, monkeypatch)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: [1, 2\n", "contract.not_yaml", 3),
        ("a: 1\n b: 2\n", "contract.not_yaml", 2),
        ("a: 1\nb: !!python/name:os.system 1\n", "contract.not_yaml", 2),
        ("a: 1\nb: 2\na: 3\n", "contract.repeated_key", 3),
        ("a: &x [1]\nb: *x\n", "contract.anchor", 1),
        ("# nothing\n", "contract.empty", 1),
    ],
)
def test_both_readers_refuse_the_same_at_the_same_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: str, line: int
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(text, encoding="utf-8")
    for read in (read_yaml, lambda path: slowly(path, monkeypatch)):
        with pytest.raises(YamlError) as refused:
            read(path)
        assert (refused.value.code, refused.value.line) == (code, line)
