"""Mail by the server of the settings: plain text, no attachment, its password read from a file."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from pipeline.errors import NoticeError
from pipeline.notices.servers import MailServer, check_address

_SECONDS = 20.0


def send_mail(server: MailServer, *, to: Sequence[str], subject: str, body: str) -> None:
    """Send one mail; every addressee sees the others.

    Args:
        server: who takes it.
        to: addresses, one at least.
        subject: one line.
        body: plain text.

    Raises:
        NoticeError: an address is none, or the server is not reached, not who it says, or
            refuses. Nothing else changed.
    """
    for address in to:
        check_address(address)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = server.sender, ", ".join(to)
    message["Subject"] = " ".join(subject.split())
    # Asks other programs not to answer: two that do would write to each other for ever.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        with _connect(server) as connection:
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password.read_text(encoding="utf-8").strip())
            connection.send_message(message)
    except (OSError, smtplib.SMTPException, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise NoticeError("notice.mail_refused", server=server.host, kind=kind) from None


def _connect(server: MailServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=trusted)
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    if server.security == "starttls":
        try:
            connection.starttls(context=trusted)
        except smtplib.SMTPNotSupportedError:
            connection.close()
            raise NoticeError("notice.no_starttls", server=server.host) from None
        except BaseException:
            connection.close()
            raise
    return connection
