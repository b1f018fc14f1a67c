"""The rules as frozen, validated types. Pure: no file is read here."""

from pipeline.contracts.base import NOT_APPLICABLE, TOTAL, UNKNOWN, Label, Signed
from pipeline.contracts.checks import Finding, check_contracts
from pipeline.contracts.codelists import CodeList, CodeLists
from pipeline.contracts.datasets import (
    Column,
    Dataset,
    Drop,
    Generalise,
    Keep,
    PrivacyRule,
    Pseudonymise,
)
from pipeline.contracts.indicators import Indicator, Indicators
from pipeline.contracts.model import Contracts
from pipeline.contracts.policy import Policy
from pipeline.contracts.tables import Measure, Table
from pipeline.contracts.territories import Territories

__all__ = [
    "NOT_APPLICABLE",
    "TOTAL",
    "UNKNOWN",
    "CodeList",
    "CodeLists",
    "Column",
    "Contracts",
    "Dataset",
    "Drop",
    "Finding",
    "Generalise",
    "Indicator",
    "Indicators",
    "Keep",
    "Label",
    "Measure",
    "Policy",
    "PrivacyRule",
    "Pseudonymise",
    "Signed",
    "Table",
    "Territories",
    "check_contracts",
]
