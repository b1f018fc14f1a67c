"""Gates of Great Expectations on the protected and published tables; verdicts without values."""

from pipeline.quality.gates import run_gate
from pipeline.quality.library import Library
from pipeline.quality.parameters import Parameter, gate_parameters
from pipeline.quality.suites import check_suite
from pipeline.quality.verdicts import Outcome, Severity, Verdict, require

__all__ = [
    "Library",
    "Outcome",
    "Parameter",
    "Severity",
    "Verdict",
    "check_suite",
    "gate_parameters",
    "require",
    "run_gate",
]
