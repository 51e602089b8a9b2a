"""Every setting of an installation, read once from the environment at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting that can't be used; the text is one sentence for the administrator."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process. Nothing here is secret but the key file and the two URLs."""

    database_url: str | None = None
    """DATABASE_URL: a PostgreSQL 15+ to use, with a role that may create roles and own tables.
    Unset: the embedded server below the data folder."""

    database_app_url: str | None = None
    """DATABASE_APP_URL: the login role the application serves with. Unset: made at migration."""

    data_dir: Path = Path("var")
    """CONCORD_DATA: folder of the embedded database, generated secrets and outgoing mail files."""

    host: str = "127.0.0.1"
    """HOST: the address to listen on."""

    port: int = 8000
    """PORT: the port to listen on."""

    public_url: str = "http://127.0.0.1:8000"
    """PUBLIC_URL: how people reach the site; used in mails. Default: from HOST and PORT."""

    smtp_url: str | None = None
    """SMTP_URL: smtp://, smtp+starttls:// or smtps:// with user and password. Unset: mail is
    written into the data folder."""

    mail_from: str = "concord@localhost"
    """MAIL_FROM: sender of every mail."""

    web_workers: int = 2
    """WEB_WORKERS: web server processes."""

    web_threads: int = 4
    """WEB_THREADS: threads in each of them."""

    session_hours: int = 12
    """SESSION_HOURS: how long a sign-in lasts."""

    max_upload_mb: int = 50
    """MAX_UPLOAD_MB: largest file that can be uploaded, in MiB."""

    password_time_cost: int = 3
    """PASSWORD_TIME_COST: Argon2id passes."""

    password_memory_kib: int = 65536
    """PASSWORD_MEMORY_KIB: Argon2id memory in KiB."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; raises SettingsError naming the first variable that is not usable."""

        def number(name: str, default: int, *, least: int, most: int) -> int:
            raw = environ.get(name) or str(default)
            if not raw.isdecimal() or not least <= int(raw) <= most:
                raise SettingsError(f"{name} must be a number from {least} to {most}, not {raw!r}.")
            return int(raw)

        def address(name: str, *schemes: str) -> str | None:
            raw = environ.get(name) or None
            try:
                usable = raw is None or (urlsplit(raw).scheme in schemes and bool(urlsplit(raw).hostname))
                _ = urlsplit(raw or "").port
            except ValueError:
                usable = False
            if not usable:
                # Not quoted: it may hold a password.
                raise SettingsError(f"{name} must be an address that begins with {' or '.join(s + '://' for s in schemes)}.")
            return raw

        host = environ.get("HOST") or "127.0.0.1"
        port = number("PORT", 8000, least=1, most=65535)
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (only compared)
        shown = f"[{shown}]" if ":" in shown else shown
        return cls(
            database_url=environ.get("DATABASE_URL") or None,
            database_app_url=environ.get("DATABASE_APP_URL") or None,
            data_dir=Path(environ.get("CONCORD_DATA") or "var").absolute(),
            host=host,
            port=port,
            public_url=(address("PUBLIC_URL", "http", "https") or f"http://{shown}:{port}").rstrip("/"),
            smtp_url=address("SMTP_URL", "smtp", "smtp+starttls", "smtps"),
            mail_from=environ.get("MAIL_FROM") or "concord@localhost",
            web_workers=number("WEB_WORKERS", 2, least=1, most=64),
            web_threads=number("WEB_THREADS", 4, least=1, most=256),
            session_hours=number("SESSION_HOURS", 12, least=1, most=24 * 30),
            max_upload_mb=number("MAX_UPLOAD_MB", 50, least=1, most=1024),
            password_time_cost=number("PASSWORD_TIME_COST", 3, least=1, most=20),
            password_memory_kib=number("PASSWORD_MEMORY_KIB", 65536, least=8, most=4194304),
        )

    @property
    def cookie_secure(self) -> bool:
        """Whether cookies may travel over TLS only."""
        return self.public_url.startswith("https://")

    def load_secret(self, name: str) -> str:
        """A random secret kept in a file of the data folder, made on first use.

        ``SECRET_KEY`` in the environment takes the place of the file ``secret-key``.
        """
        if name == "secret-key" and os.environ.get("SECRET_KEY"):
            return os.environ["SECRET_KEY"]
        path = self.data_dir / name
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return path.read_text().strip()
            with os.fdopen(handle, "w") as file:
                secret = secrets.token_urlsafe(32)
                file.write(secret)
            return secret
        except OSError as error:
            raise SettingsError(f"The data folder {self.data_dir} can't be used: {error.strerror}.") from None
