"""What people read before they decide, and what they show to whoever asks."""

from pipeline.papers.disclosure import disclosure_report
from pipeline.papers.dpia import dpia_json
from pipeline.papers.evidence import Event, Evidence, Incoming, PublishedLevel, RefusedRows
from pipeline.papers.register import columns_csv, register_csv, register_page
from pipeline.papers.report import audit_page
from pipeline.papers.sender import RefusedLine, SenderReport, sender_csv, sender_page

__all__ = [
    "Event",
    "Evidence",
    "Incoming",
    "PublishedLevel",
    "RefusedLine",
    "RefusedRows",
    "SenderReport",
    "audit_page",
    "columns_csv",
    "disclosure_report",
    "dpia_json",
    "register_csv",
    "register_page",
    "sender_csv",
    "sender_page",
]
