"""Synthetic persons and resources, drawn to fit real counts exactly.

Promises that pupils add up to the real enrolment of every school, grade and known sex, that
the same seed gives the same bytes, and that nothing here describes a real person.
"""

from pipeline.synthetic.deliveries import (
    Delivery,
    draw_deliveries,
    names_for,
    write_deliveries,
)
from pipeline.synthetic.facts import Facts, read_facts
from pipeline.synthetic.nation import draw_nation
from pipeline.synthetic.pupils import pupil_batches

__all__ = [
    "Delivery",
    "Facts",
    "draw_deliveries",
    "draw_nation",
    "names_for",
    "pupil_batches",
    "read_facts",
    "write_deliveries",
]
