"""Mail to a real SMTP server on loopback: how it gets there, and what happens when it does not."""

import dataclasses
import datetime
import smtplib
import ssl
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from flask import Flask

from network.jobs.mail import send_mail
from network.jobs.queue import LONGEST_WAIT, PATIENCE, OutsideTrouble, Retry
from network.kernel.settings import Settings, SettingsError
from tests.conftest import Connection
from tests.kernel.running import free_port
from tests.test_main_path import post, sign_in, work
from tests.world import World

WORD = "a p@ss/word"
QUOTED = "a%20p%40ss%2Fword"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


class Letterbox:
    """What arrives at the server."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusal = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


class Servers:
    """Starts servers and stops them at the end."""

    def __init__(self, box: Letterbox) -> None:
        self.box, self.running = box, list[Controller]()

    def start(self, port: int = 0, **options: Any) -> int:
        controller = Controller(self.box, hostname="127.0.0.1", port=port or free_port(), **options)
        controller.start()
        self.running.append(controller)
        return int(controller.port)


@pytest.fixture
def servers(box: Letterbox) -> Iterator[Servers]:
    made = Servers(box)
    yield made
    for controller in made.running:
        controller.stop()


def allow(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"me", WORD.encode()))


def send(url: str, **other: Any) -> None:
    send_mail(
        Settings.from_environment({"SMTP_URL": url, "MAIL_FROM": "Concord <from@example.org>"}),
        **{"to": "to@example.org", "subject": "Grüße", "body": "Text with ł\n.\nend\n", **other},
    )


def test_a_mail_arrives_as_it_was_written(servers: Servers, box: Letterbox) -> None:
    send(f"smtp://127.0.0.1:{servers.start()}")
    (mail,) = box.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Concord <from@example.org>", "to@example.org", "Grüße")
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"] and not mail["Bcc"]
    assert mail.get_content().replace("\r\n", "\n") == "Text with ł\n.\nend\n"
    assert box.recipients == ["to@example.org"]


def test_starttls_and_login(servers: Servers, box: Letterbox, certificate: ssl.SSLContext, trusted: None) -> None:
    port = servers.start(
        tls_context=certificate, require_starttls=True, auth_required=True, authenticator=allow, auth_exclude_mechanism=[]
    )
    send(f"smtp+starttls://me:{QUOTED}@localhost:{port}")
    assert len(box.mails) == 1
    for url in (f"smtp://127.0.0.1:{port}", f"smtp+starttls://localhost:{port}", f"smtp+starttls://me:wrong-word@localhost:{port}"):
        with pytest.raises(OutsideTrouble) as told:
            send(url)
        assert "wrong-word" not in str(told.value)
    assert len(box.mails) == 1


def test_smtps(servers: Servers, box: Letterbox, certificate: ssl.SSLContext, trusted: None) -> None:
    send(f"smtps://localhost:{servers.start(ssl_context=certificate)}")
    assert len(box.mails) == 1


def test_nothing_goes_to_a_server_that_can_not_prove_its_name(
    servers: Servers, box: Letterbox, certificate: ssl.SSLContext
) -> None:
    for scheme, options in (("smtp+starttls", {"tls_context": certificate}), ("smtps", {"ssl_context": certificate})):
        with pytest.raises(OutsideTrouble, match="SSLCertVerificationError"):
            send(f"{scheme}://localhost:{servers.start(**options)}")
    # Nor in clear where TLS was asked for.
    with pytest.raises(OutsideTrouble, match="NotSupported"):
        send(f"smtp+starttls://localhost:{servers.start()}")
    assert box.mails == []


def test_an_address_that_nobody_has_is_no_trouble_of_the_server(servers: Servers, box: Letterbox) -> None:
    url = f"smtp://127.0.0.1:{servers.start()}"
    box.refusal = "550 nobody"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(url)
    box.refusal = "451 greylisted, come back"
    with pytest.raises(OutsideTrouble):
        send(url)


@pytest.mark.parametrize("url", ["http://x", "smtp", "smtp://", "smtp://host:port", "localhost:25"])
def test_an_address_of_no_mail_server_is_told_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL must be an address that begins with smtp://"):
        Settings.from_environment({"SMTP_URL": url})


def test_trouble_outside_is_tried_again_for_days(app: Flask) -> None:
    class Queued:
        attempts = 0

    job: Any = Queued()
    waited, decision = 0.0, Retry().get_retry_decision(exception=OutsideTrouble(), job=job)
    while decision is not None:
        assert decision.retry_at
        wait = (decision.retry_at - datetime.datetime.now(datetime.UTC)).total_seconds()
        assert wait <= LONGEST_WAIT.total_seconds()
        waited += wait
        job.attempts += 1
        decision = Retry().get_retry_decision(exception=OutsideTrouble(), job=job)
    assert PATIENCE.total_seconds() <= waited <= 1.2 * PATIENCE.total_seconds()
    assert Retry().get_retry_decision(exception=ValueError(), job=job) is None


def queue(world: World) -> list[Any]:
    return world.admin.execute(
        "select task_name, status::text, attempts, scheduled_at > now(), args::text from procrastinate.procrastinate_jobs"
        " where task_name like 'identity%'"
    ).fetchall()


def test_a_server_that_is_down_costs_no_mail(app: Flask, world: World, servers: Servers, box: Letterbox) -> None:
    port = free_port()
    app.extensions["concord.settings"] = dataclasses.replace(
        app.extensions["concord.settings"], smtp_url=f"smtp://127.0.0.1:{port}"
    )
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert post(coordinator, "/team", email="new@example.org", role="analyst").status_code == 302
    post(app.test_client(), "/forgot", email=coordinator_email(world))
    work(app)
    assert [(job[1], job[2], job[3]) for job in queue(world)] == [("todo", 1, True)] * 2
    # It comes back after the links would have been too old.
    world.admin.execute("update invitation set expires_at = now() - interval '1 hour'")
    world.admin.execute("update password_reset set expires_at = now() - interval '1 hour'")
    servers.start(port)
    with world.admin.transaction():
        world.admin.execute("set local search_path = procrastinate")
        world.admin.execute("update procrastinate_jobs set scheduled_at = now()")
    work(app)
    assert queue(world) == []
    assert sorted(box.recipients) == sorted(["new@example.org", coordinator_email(world)])
    for mail in box.mails:
        link = link_in(mail)
        assert link.rsplit("/", 1)[1] not in f"{mail['Subject']} {mail['From']} {mail['Message-ID']}"
        assert len(link.rsplit("/", 1)[1]) >= 40
        visitor = app.test_client()
        visitor.get(link)
        assert visitor.get(link.rsplit("/", 1)[0]).status_code == 200
        # Nothing that is kept gives the link away.
        for table in ("invitation", "password_reset"):
            kept = world.admin.execute(f"select t::text from {table} t").fetchall()
            assert kept and link.rsplit("/", 1)[1] not in str(kept)


def coordinator_email(world: World) -> str:
    person = world.actor("toronto", "coordinator").person_id
    found = world.admin.execute("select email from person where person_id = %s", (person,)).fetchone()
    assert found
    return str(found[0])


def link_in(mail: EmailMessage) -> str:
    """The path of the one link of a mail."""
    (link,) = [word for word in mail.get_content().split() if word.startswith("http")]
    return "/" + str(link).split("/", 3)[3]


def test_without_a_server_mail_is_a_file_that_only_the_owner_reads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    send_mail(Settings(data_dir=tmp_path), to="to@example.org", subject="Hello", body="secret link")
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert "secret link" in file.read_text()
    assert "no SMTP_URL" in caplog.text and "secret link" not in caplog.text


def test_a_line_break_makes_no_header(servers: Servers, box: Letterbox) -> None:
    url = f"smtp://127.0.0.1:{servers.start()}"
    for field in ("to", "subject"):
        with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
            send(url, **{field: "x@example.org\r\nBcc: other@example.org"})
    assert box.mails == []
