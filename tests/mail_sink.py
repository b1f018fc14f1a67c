"""A mail server of this machine that keeps what it is given, for tests."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Self


@dataclass(frozen=True)
class Mail:
    """One mail: to whom, and its bytes."""

    to: list[str]
    content: bytes

    @property
    def text(self) -> str:
        """Its subject and its words."""
        message = message_from_bytes(self.content, policy=default)
        return f"{message['Subject']}\n{message.get_content()}"


class MailSink:
    """Speaks enough SMTP to take mail, on a free port, until the block ends.

    Attributes:
        mails: what came, in order.
        port: where it listens.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        mails = self.mails

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say("220 sink")
                to: list[str] = []
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"QUIT":
                        self.say("221 bye")
                        return
                    if word == b"RCPT":
                        to.append(line.partition(b"<")[2].partition(b">")[0].decode())
                    if word != b"DATA":
                        self.say("250 fine")
                        continue
                    self.say("354 go on")
                    mails.append(Mail(to, self.read_data()))
                    to = []
                    self.say("250 kept")

            def say(self, text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

            def read_data(self) -> bytes:
                lines = []
                while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(line.removeprefix(b"."))
                return b"".join(lines)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
