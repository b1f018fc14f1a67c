"""The message catalogue: each code has what happened and what to do, in English and French.

Placeholders are names, numbers and addresses. None is ever filled with a value read from a
delivery. Codes are `kind.what`; there is one module per kind of message.
"""

from __future__ import annotations

from pipeline.messages.adversary import ADVERSARY
from pipeline.messages.approval import APPROVAL
from pipeline.messages.arrivals import ARRIVALS
from pipeline.messages.catalogue import Catalogue
from pipeline.messages.change import CHANGE
from pipeline.messages.change_checked import CHANGE_CHECKED
from pipeline.messages.change_published import CHANGE_PUBLISHED
from pipeline.messages.command import COMMAND
from pipeline.messages.contract import CONTRACT
from pipeline.messages.contract_deliveries import CONTRACT_DELIVERIES
from pipeline.messages.contract_rules import CONTRACT_RULES
from pipeline.messages.control import CONTROL
from pipeline.messages.delivery import DELIVERY
from pipeline.messages.delivery_accepted import DELIVERY_ACCEPTED
from pipeline.messages.delivery_formats import DELIVERY_FORMATS
from pipeline.messages.delivery_layout import DELIVERY_LAYOUT
from pipeline.messages.delivery_packed import DELIVERY_PACKED
from pipeline.messages.delivery_reader import DELIVERY_READER
from pipeline.messages.delivery_sources import DELIVERY_SOURCES
from pipeline.messages.disclosure import DISCLOSURE
from pipeline.messages.doctor import DOCTOR
from pipeline.messages.elsewhere import ELSEWHERE
from pipeline.messages.explanation import EXPLANATION
from pipeline.messages.ledger import LEDGER
from pipeline.messages.lineage import LINEAGE
from pipeline.messages.methods import METHODS
from pipeline.messages.network import NETWORK
from pipeline.messages.notices import NOTICES
from pipeline.messages.papers import PAPERS
from pipeline.messages.policy import POLICY
from pipeline.messages.privacy import PRIVACY
from pipeline.messages.publication import PUBLICATION
from pipeline.messages.quality import QUALITY
from pipeline.messages.quarantine import QUARANTINE
from pipeline.messages.query import QUERY
from pipeline.messages.releases import RELEASES
from pipeline.messages.risk import RISK
from pipeline.messages.row import ROW
from pipeline.messages.row_damage import ROW_DAMAGE
from pipeline.messages.schedule import SCHEDULE
from pipeline.messages.storage import STORAGE
from pipeline.messages.storage_keys import STORAGE_KEYS
from pipeline.messages.subjects import SUBJECTS
from pipeline.messages.subjects_lists import SUBJECTS_LISTS
from pipeline.messages.synthetic import SYNTHETIC

MESSAGES: Catalogue = {
    **CONTRACT,
    **CONTRACT_RULES,
    **CONTRACT_DELIVERIES,
    **METHODS,
    **ARRIVALS,
    **CONTROL,
    **DELIVERY,
    **DELIVERY_LAYOUT,
    **DELIVERY_FORMATS,
    **DELIVERY_PACKED,
    **DELIVERY_ACCEPTED,
    **DELIVERY_READER,
    **DELIVERY_SOURCES,
    **ROW,
    **ROW_DAMAGE,
    **QUALITY,
    **QUARANTINE,
    **PRIVACY,
    **POLICY,
    **DISCLOSURE,
    **DOCTOR,
    **ELSEWHERE,
    **EXPLANATION,
    **ADVERSARY,
    **RELEASES,
    **APPROVAL,
    **CHANGE,
    **CHANGE_PUBLISHED,
    **CHANGE_CHECKED,
    **COMMAND,
    **LEDGER,
    **RISK,
    **NETWORK,
    **NOTICES,
    **SCHEDULE,
    **STORAGE,
    **STORAGE_KEYS,
    **SUBJECTS,
    **SUBJECTS_LISTS,
    **PUBLICATION,
    **QUERY,
    **SYNTHETIC,
    **LINEAGE,
    **PAPERS,
}
