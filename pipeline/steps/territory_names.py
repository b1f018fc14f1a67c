"""Find a territory as people write it: by identifier, official code or name."""

from __future__ import annotations

import difflib
import unicodedata

import pandas as pd

from pipeline.errors import ContractError

_NEAR, _CUTOFF = 5, 0.6


def find_territory(listed: pd.DataFrame, written: str) -> str:
    """Return the identifier of a territory.

    Args:
        listed: id, code and name of each territory, several times where it is in several
            hierarchies.
        written: one of the three, accents and case of the name aside.

    Raises:
        ContractError: there is none, and near names are told; or there are several.
    """
    own = listed.drop_duplicates("id")
    ids, names = own["id"].tolist(), own["name"].tolist()
    wanted = _plain(written)
    for words in (ids, own["code"].tolist(), names):
        found = [at for at, each in enumerate(words) if _plain(each) == wanted]
        if len(found) == 1:
            return str(ids[found[0]])
        if found:
            raise ContractError(
                "disclosure.territory_ambiguous",
                count=len(found),
                known=", ".join(f"{ids[at]} ({names[at]})" for at in found),
            )
    spelled = [_plain(each) for each in (*ids, *names)]
    close = difflib.get_close_matches(wanted, dict.fromkeys(spelled), n=_NEAR, cutoff=_CUTOFF)
    near = dict.fromkeys(spelled.index(each) % len(ids) for each in close)
    if not near:
        raise ContractError("disclosure.territory_unknown")
    known = ", ".join(f"{ids[at]} ({names[at]})" for at in near)
    raise ContractError("disclosure.territory_near", known=known)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
