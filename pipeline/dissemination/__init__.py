"""What everyone may read: the published database, its files and its first page."""

from pipeline.dissemination.access import QueryResult, open_published, query
from pipeline.dissemination.database import write_database
from pipeline.dissemination.files import write_files
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.site import write_site

__all__ = [
    "Publication",
    "QueryResult",
    "open_published",
    "query",
    "write_database",
    "write_files",
    "write_site",
]
