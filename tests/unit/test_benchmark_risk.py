"""The benchmark of the risk figures: what compared nothing, or less, does not pass for the rest."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks import risk

RUN = {"ours_s": 1.0, "pycanon_s": 2.0, "pycanon_version": "0", "differences": []}


def run(patch: pytest.MonkeyPatch, results: Path, differences: list[str] | None) -> None:
    """Run it on few rows, with the answers of a peer, or without one."""
    peer = None if differences is None else Path("peer")
    answers = [{**RUN, "differences": differences}]
    results.write_text("as it was", encoding="utf-8")
    patch.setattr(risk, "RESULTS", results)
    patch.setattr(risk, "ROOT", results.parent)
    patch.setattr(risk, "peers", lambda: peer)
    patch.setattr(risk, "compare", lambda *_: answers)
    patch.setattr(risk, "draw_rows", few_rows)
    patch.setattr("sys.argv", ["risk", "--rows", "40", "--many", "40", "--repeats", "1"])
    risk.main()


def few_rows(pupils: int) -> pa.Table:
    codes = {name: ["a", "b"] * (pupils // 2) for name in (*risk.QUASI, *risk.SENSITIVE)}
    return pa.table(codes)


@pytest.mark.parametrize(
    ("differences", "told"), [(None, "nothing was compared"), (["k"], "figures differ")]
)
def test_what_was_not_compared_or_differs_fails_and_leaves_the_figures(
    differences: list[str] | None, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=told):
        run(monkeypatch, tmp_path / "risk.json", differences)
    assert (tmp_path / "risk.json").read_text(encoding="utf-8") == "as it was"


def test_fewer_rows_are_shown_and_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, tmp_path / "risk.json", [])
    assert "Fewer rows than risk.json stands for" in capsys.readouterr().out
    assert (tmp_path / "risk.json").read_text(encoding="utf-8") == "as it was"
    monkeypatch.setattr(risk, "ROWS_COMPARED", 40)
    monkeypatch.setattr(risk, "ROWS_ALONE", 40)
    run(monkeypatch, tmp_path / "risk.json", [])
    assert '"rows": 40' in (tmp_path / "risk.json").read_text(encoding="utf-8")
