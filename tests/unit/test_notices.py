"""Mail and webhook: to whom the settings say, in words of ours, or a refusal that says why."""

from __future__ import annotations

import asyncio
import json
import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import DeliveryError, NoticeError, Place
from pipeline.notices.mail import send_mail
from pipeline.notices.servers import MailServer
from pipeline.notices.webhook import post
from pipeline.settings import read_settings
from pipeline.steps.telling import tell_failure, tell_late
from tests.mail_sink import MailSink


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


def server(sink: MailSink) -> MailServer:
    return MailServer(
        host="127.0.0.1", port=sink.port, sender="cartable@city.example", security="none"
    )


def test_a_mail_arrives_as_it_was_written(sink: MailSink) -> None:
    send_mail(
        server(sink),
        to=["steward@city.example", "other@city.example"],
        subject="Écoles : refus\nBcc: someone@else.example",
        body="1 ligne refusée\n.\nFin\n",
    )
    (mail,) = sink.mails
    assert mail.to == ["steward@city.example", "other@city.example"]
    message = message_from_bytes(mail.content, policy=default)
    assert message["Subject"] == "Écoles : refus Bcc: someone@else.example"
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "1 ligne refusée\n.\nFin\n"


@pytest.mark.parametrize(
    "address", ["steward", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "<a@b.c>"]
)
def test_a_text_that_is_not_one_address_gets_no_mail(sink: MailSink, address: str) -> None:
    with pytest.raises(NoticeError, match=r"notice\.no_address"):
        send_mail(server(sink), to=[address], subject="s", body="b")
    assert sink.mails == []


def test_a_server_that_is_not_there_or_offers_no_encryption_is_refused_by_name(
    sink: MailSink,
) -> None:
    plain = MailServer(host="127.0.0.1", port=sink.port, sender="cartable@city.example")
    assert plain.security == "starttls"
    gone = MailServer(host="127.0.0.1", port=1, sender="cartable@city.example", security="none")
    for refusing, code in ((plain, "no_starttls"), (gone, "mail_refused")):
        told = rf"notice\.{code}: The mail server 127\.0\.0\.1"
        with pytest.raises(NoticeError, match=told):
            send_mail(refusing, to=["steward@city.example"], subject="s", body="b")
    assert sink.mails == []


def test_what_the_server_says_of_an_addressee_is_not_repeated(
    sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"steward@city.example": (550, b"no such person")})

    monkeypatch.setattr(smtplib.SMTP, "send_message", refuse)
    with pytest.raises(NoticeError) as refused:
        send_mail(server(sink), to=["steward@city.example"], subject="s", body="b")
    assert "SMTPRecipientsRefused" in str(refused.value)
    assert "steward" not in str(refused.value)
    assert "550" not in str(refused.value)


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_password_travels_encrypted_or_not_at_all(tmp_path: Path, security: str) -> None:
    given = {"user": "cartable", "password": tmp_path / "password" if security == "none" else None}
    with pytest.raises(NoticeError, match=r"notice\.password_in_clear"):
        MailServer(host="h", port=1, sender="a@b.example", security=security, **given)  # type: ignore[arg-type] # of purpose


def telling(monkeypatch: pytest.MonkeyPatch, sink: MailSink) -> None:
    monkeypatch.setenv("CARTABLE_MAIL_SERVER", f"127.0.0.1:{sink.port}")
    monkeypatch.setenv("CARTABLE_MAIL_SECURITY", "none")
    monkeypatch.setenv("CARTABLE_MAIL_FROM", "cartable@city.example")
    monkeypatch.setenv("CARTABLE_NOTICES_TO", "steward@city.example")


def failed(error: Exception | None) -> dict[str, object]:
    instance = SimpleNamespace(
        dag_id="ingest_pupils", task_id="ingest", log_url="http://127.0.0.1/dags/ingest_pupils"
    )
    return {"ti": instance, "exception": error}


def test_a_failure_is_told_in_the_words_of_the_refusal(
    sink: MailSink, monkeypatch: pytest.MonkeyPatch, hook: tuple[Path, type[Hook]]
) -> None:
    telling(monkeypatch, sink)
    monkeypatch.setenv("CARTABLE_WEBHOOK_FILE", str(hook[0]))
    refusal = DeliveryError("schedule.no_period", place=Place(file="a.csv"), dataset="pupils")
    tell_failure(failed(refusal))
    text = sink.mails[0].text
    assert text.startswith("Cartable - ingest_pupils: the task ingest failed\n")
    assert refusal.words("en") in text
    assert "http://127.0.0.1/dags/ingest_pupils" in text
    (posted,) = hook[1].posted
    assert refusal.words("en") in json.loads(posted)["text"]
    monkeypatch.setenv("CARTABLE_LANG", "fr")
    tell_failure(failed(refusal))
    assert refusal.words("fr") in sink.mails[1].text


def test_of_an_error_that_is_no_refusal_only_the_kind_is_told(
    sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling(monkeypatch, sink)
    tell_failure(failed(ValueError("Éloïse Delubert")))
    assert "ValueError" in sink.mails[0].text
    assert "Delubert" not in sink.mails[0].text


def test_a_late_run_is_told(sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    telling(monkeypatch, sink)
    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has its loop in this one
        thread.submit(asyncio.run, tell_late("publish", hours=168)).result()
    assert "publish: a run is not over, 168 hour(s) after" in sink.mails[0].text


def test_nobody_is_told_where_the_settings_name_nobody(sink: MailSink) -> None:
    tell_failure(failed(None))
    assert sink.mails == []


def test_a_mail_that_cannot_be_sent_does_not_keep_the_webhook_from_hearing(
    monkeypatch: pytest.MonkeyPatch, hook: tuple[Path, type[Hook]], sink: MailSink
) -> None:
    telling(monkeypatch, sink)
    monkeypatch.setenv("CARTABLE_MAIL_SERVER", "127.0.0.1:1")
    monkeypatch.setenv("CARTABLE_WEBHOOK_FILE", str(hook[0]))
    with pytest.raises(NoticeError, match=r"notice\.mail_refused"):
        tell_failure(failed(None))
    assert len(hook[1].posted) == 1


MAIL = {"CARTABLE_MAIL_SERVER": "smtp.city.example:587", "CARTABLE_MAIL_FROM": "c@city.example"}


def test_the_mail_server_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().mail is None
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CARTABLE_NOTICES_TO", "a@city.example, b@city.example")
    settings = read_settings()
    assert settings.mail == MailServer(
        host="smtp.city.example", port=587, sender="c@city.example", security="starttls"
    )
    assert settings.stewards == ("a@city.example", "b@city.example")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"CARTABLE_MAIL_SERVER": "smtp.city.example"}, "no_server"),
        ({"CARTABLE_MAIL_SERVER": "smtp.city.example:²"}, "no_server"),
        ({"CARTABLE_MAIL_SERVER": ":587"}, "no_server"),
        ({"CARTABLE_MAIL_FROM": ""}, "no_server"),
        ({"CARTABLE_MAIL_FROM": "cartable"}, "no_address"),
        ({"CARTABLE_MAIL_SECURITY": "ssl"}, "no_server"),
        ({"CARTABLE_MAIL_USER": "cartable"}, "password_in_clear"),
        ({"CARTABLE_NOTICES_TO": "steward"}, "no_address"),
        ({"CARTABLE_NOTICES_TO": "a@b.example", "CARTABLE_MAIL_SERVER": ""}, "no_mail"),
    ],
)
def test_settings_of_mail_that_cannot_be_are_refused(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], code: str
) -> None:
    for name, value in {**MAIL, **changed}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoticeError, match=rf"notice\.{code}"):
        read_settings()


class Hook(BaseHTTPRequestHandler):
    posted: list[bytes]
    status = 204

    def do_POST(self) -> None:
        type(self).posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(type(self).status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[tuple[Path, type[Hook]]]:
    kind = type("OneHook", (Hook,), {"posted": []})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        file = tmp_path / "webhook"
        file.write_text(f"http://127.0.0.1:{server.server_port}/secret\n")
        yield file, kind
        server.shutdown()
        thread.join()


def test_a_notice_is_posted_as_json(hook: tuple[Path, type[Hook]]) -> None:
    file, kind = hook
    post(file, {"text": "Écoles"})
    assert [json.loads(each) for each in kind.posted] == [{"text": "Écoles"}]


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_a_refusal_or_a_redirection_is_told_and_not_followed(
    hook: tuple[Path, type[Hook]], status: int
) -> None:
    file, kind = hook
    kind.status = status
    with pytest.raises(NoticeError, match=r"notice\.webhook_refused") as refused:
        post(file, {"text": "a"})
    assert len(kind.posted) == 1
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://chat.example/secret",
        "ftp://chat.example",
        "file:///etc/passwd",
        "https:///secret",
    ],
)
def test_an_address_that_is_not_encrypted_is_refused(tmp_path: Path, address: str) -> None:
    file = tmp_path / "webhook"
    file.write_text(address)
    with pytest.raises(NoticeError, match=r"notice\.no_webhook") as refused:
        post(file, {"text": "a"})
    assert "secret" not in str(refused.value)


def test_a_missing_file_of_the_webhook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoticeError, match=r"notice\.no_webhook"):
        post(tmp_path / "absent", {"text": "a"})
