"""A notice to a chat room or a watch of the house: one JSON text, posted to one address."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import NoticeError

_SECONDS = 20.0
_NEAR = ("127.0.0.1", "localhost", "::1")


def post(file: Path, content: Mapping[str, Any]) -> None:
    """Post a notice to the address that a file holds: whoever knows it may write there.

    Args:
        file: holds one address, `https` (or `http` on this machine).
        content: plain types; sent as JSON.

    Raises:
        NoticeError: there is no such address, or it does not take the notice. Nothing else changed.
    """
    try:
        address = file.read_text(encoding="utf-8").strip()
        parts = urlsplit(address)
    except (OSError, ValueError):
        raise NoticeError("notice.no_webhook") from None
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _NEAR)
    if not is_private or not parts.hostname:
        raise NoticeError("notice.no_webhook")
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=_SECONDS):
            return
    except (OSError, ValueError, urllib.error.URLError) as error:
        kind = type(error).__name__
        raise NoticeError("notice.webhook_refused", server=parts.hostname, kind=kind) from None


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: what is told goes where the settings say, or nowhere."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""
