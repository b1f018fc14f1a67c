"""What people read before they decide."""

from pipeline.papers.disclosure import disclosure_report

__all__ = ["disclosure_report"]
