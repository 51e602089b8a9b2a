"""Sending mail over SMTP; without SMTP settings, into a folder, and saying so in the log."""

import logging
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from network.jobs.queue import OutsideTrouble
from network.kernel.settings import Settings

log = logging.getLogger(__name__)


def send_mail(
    settings: Settings, *, to: str, subject: str, body: str, calendar: tuple[str, str] | None = None
) -> None:
    """Send one plain-text mail now. OutsideTrouble when the mail server is the reason that it can't
    be sent, so that a job tries again for days; SMTPRecipientsRefused when nobody will have it.

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
    try:
        _hand_over(settings.smtp_url, message)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _reason in error.recipients.values()):
            raise
        raise OutsideTrouble("the mail server takes no mail for this address now") from error
    except (OSError, smtplib.SMTPException) as error:
        # The server's own words may quote what was sent to it.
        raise OutsideTrouble(f"the mail server took no mail: {type(error).__name__}") from error


def _hand_over(smtp_url: str, message: EmailMessage) -> None:
    url, tls = urlsplit(smtp_url), ssl.create_default_context()
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=30, context=tls)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=30)
    with server:
        if url.scheme == "smtp+starttls":
            # Refused by a server without TLS: nothing is ever sent in clear instead.
            server.starttls(context=tls)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
