"""JSON Schemas of the contracts, for editors that complete and check YAML."""

from __future__ import annotations

import json

from pydantic import BaseModel

from pipeline.contracts.codelists import CodeLists
from pipeline.contracts.datasets import Dataset
from pipeline.contracts.indicators import Indicators
from pipeline.contracts.jurisdiction import Jurisdiction, Profile
from pipeline.contracts.policy import Policy
from pipeline.contracts.recodings import Recodings
from pipeline.contracts.tables import Table
from pipeline.contracts.territories import Territories

FILES: dict[str, type[BaseModel]] = {
    "policy": Policy,
    "jurisdiction": Jurisdiction,
    "jurisdiction_profile": Profile,
    "territories": Territories,
    "codelists": CodeLists,
    "dataset": Dataset,
    "table": Table,
    "indicators": Indicators,
    "recodings": Recodings,
}


def json_schemas() -> dict[str, str]:
    """Return kind of contract → its JSON Schema (draft 2020-12) as text."""
    return {
        name: json.dumps(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **model.model_json_schema(by_alias=True),
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in FILES.items()
    }
