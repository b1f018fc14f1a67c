"""The rules as frozen, validated types. Pure: no file is read here."""

from pipeline.contracts.base import NOT_APPLICABLE, TOTAL, UNKNOWN, Label, Signed
from pipeline.contracts.checks import check_contracts
from pipeline.contracts.codelists import CodeList, CodeLists
from pipeline.contracts.datasets import ROLE_WORDS, Column, Dataset
from pipeline.contracts.domains import Canonical, Domain
from pipeline.contracts.findings import Finding
from pipeline.contracts.indicators import Indicator, Indicators
from pipeline.contracts.model import Contracts
from pipeline.contracts.policy import Policy
from pipeline.contracts.rules import (
    Age,
    Band,
    Clip,
    Drop,
    Generalise,
    GeneraliseTerritory,
    Keep,
    Map,
    PrivacyRule,
    Pseudonymise,
    Redact,
    Round,
    TruncateDate,
    describe,
)
from pipeline.contracts.tables import Measure, Table
from pipeline.contracts.territories import Territories

__all__ = [
    "NOT_APPLICABLE",
    "ROLE_WORDS",
    "TOTAL",
    "UNKNOWN",
    "Age",
    "Band",
    "Canonical",
    "Clip",
    "CodeList",
    "CodeLists",
    "Column",
    "Contracts",
    "Dataset",
    "Domain",
    "Drop",
    "Finding",
    "Generalise",
    "GeneraliseTerritory",
    "Indicator",
    "Indicators",
    "Keep",
    "Label",
    "Map",
    "Measure",
    "Policy",
    "PrivacyRule",
    "Pseudonymise",
    "Redact",
    "Round",
    "Signed",
    "Table",
    "Territories",
    "TruncateDate",
    "check_contracts",
    "describe",
]
