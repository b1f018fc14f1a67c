"""Whoever waits for the protection of tables hears which one it is at, and how far."""

from __future__ import annotations

from pipeline.steps.prepare import prepare
from pipeline.steps.progress import share_told, shares_told
from pipeline.steps.proving import replay
from pipeline.steps.what_if import try_methods
from pipeline.steps.workspace import Workspace


class Heard:
    """Keeps what is told: each stage with its length, and how far it went."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done: list[int] = []

    def stage(self, words: str, total: int | None = None) -> None:
        self.stages.append((words, total))
        self.done.append(0)

    def advance(self, amount: int = 1) -> None:
        assert amount > 0
        self.done[-1] += amount


def test_a_share_is_told_once_and_never_goes_back() -> None:
    heard = Heard()
    tell = share_told(heard, "Protecting")
    seen = []
    for done, total in ((1, 4), (1, 8), (3, 8), (0, 0), (8, 8), (8, 8)):
        tell(done, total)
        seen.append(heard.done[-1])
    assert heard.stages == [("Protecting", 100)]
    assert seen == [25, 25, 37, 37, 100, 100]


def test_parts_that_go_on_at_the_same_time_are_told_as_one_stage() -> None:
    heard = Heard()
    first, second = shares_told(heard, "Protecting", parts=2)
    seen = []
    for tell, done, total in ((first, 1, 4), (second, 0, 4), (second, 4, 4), (first, 4, 4)):
        tell(done, total)
        seen.append(heard.done[-1])
    assert heard.stages == [("Protecting", 100)]
    assert seen == [25, 25, 62, 100]


def test_preparing_tells_what_it_counts_and_protects(delivered: Workspace) -> None:
    heard = Heard()
    candidate = prepare(delivered, progress=heard).ids["candidate"]
    words = [words for words, _ in heard.stages]
    at = words.index("Counting 2021")
    assert words[at + 1].startswith("Protecting 2021: pupils")
    assert dict(heard.stages)[words[at + 1]] == 100
    replayed = Heard()
    replay(delivered, candidate, progress=replayed)
    assert [words for words, _ in replayed.stages] == [
        "Reading what is public",
        f"Adding up {candidate}",
    ]
    assert replayed.done[-1] >= 1


def test_each_trial_of_a_what_if_is_told_to_its_end(delivered: Workspace) -> None:
    heard = Heard()
    methods = ("suppress", "rounding")
    try_methods(delivered, "enrolment", thresholds=(13,), methods=methods, progress=heard)
    assert heard.stages == [
        ("enrolment 2021: suppress 13", 100),
        ("enrolment 2021: rounding 13", 100),
    ]
    assert heard.done[0] == 100
