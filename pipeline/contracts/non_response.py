"""Why a sender that is expected does not deliver: a closed list, so that no free text is needed."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contracts.base import Label

NON_RESPONSE: Mapping[str, Label] = {
    "closed": Label(en="closed, or has nobody to tell of", fr="fermé, ou sans personne à déclarer"),
    "declined": Label(en="declined to answer", fr="refus de répondre"),
    "unable": Label(
        en="cannot answer: means or staff lack", fr="ne peut répondre : moyens absents"
    ),
    "crisis": Label(en="crisis or disaster on the spot", fr="crise ou catastrophe sur place"),
    "unreachable": Label(en="could not be reached", fr="injoignable"),
}
