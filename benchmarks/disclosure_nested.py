"""Measure the protection of a nation's nested tables; see `benchmarks.disclosure.measure`.

Writes benchmarks/results/disclosure-nested.json. Example:
    make bench NAME=disclosure-nested COMMUNES=2000 WIDTH=3
"""

from __future__ import annotations

from benchmarks.disclosure.measure import measure, report

if __name__ == "__main__":
    report("disclosure-nested", measure(linked=False, communes=35_000))
