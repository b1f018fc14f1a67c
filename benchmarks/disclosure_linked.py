"""Measure the protection of a nation's linked tables; see `benchmarks.disclosure.measure`.

Writes benchmarks/results/disclosure-linked.json. Example:
    make bench NAME=disclosure-linked COMMUNES=2000 WIDTH=3
"""

from __future__ import annotations

from benchmarks.disclosure.measure import measure, report

if __name__ == "__main__":
    report("disclosure-linked", measure(linked=True, communes=2_000))
