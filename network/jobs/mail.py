"""Sending mail over SMTP; without SMTP settings, into a folder, and saying so in the log."""

import logging
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from network.kernel.settings import Settings

log = logging.getLogger(__name__)


def send_mail(
    settings: Settings, *, to: str, subject: str, body: str, calendar: tuple[str, str] | None = None
) -> None:
    """Send one plain-text mail now; raises OSError or SMTPException, so that a job tries again.

    ``calendar`` is an iTIP method (RFC 5546) with its calendar, which mail programs offer to enter.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Message-ID"] = f"<{uuid.uuid4()}@concord>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    if calendar is not None:
        method, content = calendar
        message.add_alternative(content, subtype="calendar", params={"method": method})
    if not settings.smtp_url:
        folder = settings.data_dir / "mail"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4()}.eml"
        path.write_bytes(bytes(message))
        log.warning("no SMTP_URL: mail written to %s", path)
        return
    url = urlsplit(settings.smtp_url)
    host, tls = url.hostname or "localhost", ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=30, context=tls)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=30)
    with server:
        if url.scheme == "smtp+starttls":
            server.starttls(context=tls)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
