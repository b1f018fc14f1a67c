"""Deliveries become typed records, or are refused with the place and the remedy.

Identified values live here in memory only: nothing is written, logged or quoted in an error.
"""

from pipeline.intake.apart import Apart
from pipeline.intake.arrivals import arrivals, due_date
from pipeline.intake.control import MOST_BYTES, SUFFIX, Said, is_ended, read_control
from pipeline.intake.formats.feed import Laid
from pipeline.intake.laying_apart import HEAD_BYTES, is_as_text, lay_out_apart
from pipeline.intake.likeness import hash_refused
from pipeline.intake.outcome import Keep, Reading, RefusedDelivery
from pipeline.intake.parts import Task
from pipeline.intake.reading import read_by, read_delivery
from pipeline.intake.received_lines import ReceivedLines
from pipeline.intake.reference import Reference
from pipeline.intake.refusals import refusal_problems

__all__ = [
    "HEAD_BYTES",
    "MOST_BYTES",
    "SUFFIX",
    "Apart",
    "Keep",
    "Laid",
    "Reading",
    "ReceivedLines",
    "Reference",
    "RefusedDelivery",
    "Said",
    "Task",
    "arrivals",
    "due_date",
    "hash_refused",
    "is_as_text",
    "is_ended",
    "lay_out_apart",
    "read_by",
    "read_control",
    "read_delivery",
    "refusal_problems",
]
