"""People as whoever runs the server sees them: accounts, not content.

For commands on the server; there is no page for it. Every function is a transaction of its own as
the identity scope, which sees accounts and memberships and nothing that an organisation keeps.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from network.identity.models import LoginAttempt, Membership, Organisation, Person, PersonSession
from network.identity.service import Passwords, hash_token
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused
from network.kernel.locale import text as _
from network.kernel.tenancy import IDENTITY, acting_as


@dataclass(frozen=True)
class Account:
    """One person with the slugs and roles of the open organisations they belong to."""

    person_id: uuid.UUID
    email: str
    name: str
    roles: tuple[tuple[str, str], ...]
    has_password: bool
    disabled_at: datetime | None


def list_accounts(*, slug: str = "", search: str = "") -> list[Account]:
    """Every person by e-mail, or those of one organisation, or with a text in e-mail or name."""
    wanted = select(Person).order_by(Person.email)
    if search:
        wanted = wanted.where(
            Person.email.icontains(search, autoescape=True) | Person.name.icontains(search, autoescape=True)
        )
    roles: dict[uuid.UUID, list[tuple[str, str]]] = {}
    with acting_as(IDENTITY) as session:
        for person_id, found, role in session.execute(
            select(Membership.person_id, Organisation.slug, Membership.role)
            .join(Organisation, Organisation.organisation_id == Membership.organisation_id)
            .order_by(Organisation.slug)
        ):
            roles.setdefault(person_id, []).append((found, role))
        return [
            Account(
                person.person_id, person.email, person.name, tuple(roles.get(person.person_id, ())),
                person.password_hash is not None, person.disabled_at,
            )
            for person in session.execute(wanted).scalars()
            if not slug or slug in (found for found, _role in roles.get(person.person_id, ()))
        ]  # fmt: skip


def get_account(email: str) -> Account:
    """One person; NotFound when nobody has that e-mail address."""
    wanted = email.strip().lower()
    for account in list_accounts(search=wanted):
        if account.email == wanted:
            return account
    raise NotFound(f"Nobody has the e-mail address {email}. 'concord user list' shows everybody.")


def set_password(email: str, password: str, *, passwords: Passwords) -> None:
    """Set somebody's password, end their sessions and forget their failed attempts."""
    account = get_account(email)
    hashed = passwords.hash(password)
    with acting_as(IDENTITY) as session:
        session.get_one(Person, account.person_id).password_hash = hashed
        _end_sessions(account.person_id)
        session.execute(
            delete(LoginAttempt).where(
                LoginAttempt.subject_hash == hash_token(f"email:{account.email}")
            )
        )


def disable_account(email: str) -> None:
    """Let somebody in no more, whatever they belong to, and end their sessions; Refused if done."""
    account = get_account(email)
    if account.disabled_at:
        raise Refused(_("This account is disabled already."))
    with acting_as(IDENTITY) as session:
        session.get_one(Person, account.person_id).disabled_at = session.execute(select(func.now())).scalar_one()
        _end_sessions(account.person_id)


def enable_account(email: str) -> None:
    """Let somebody in again with the roles they had; Refused if the account is not disabled."""
    account = get_account(email)
    if account.disabled_at is None:
        raise Refused(_("This account is not disabled."))
    with acting_as(IDENTITY) as session:
        session.get_one(Person, account.person_id).disabled_at = None


def _end_sessions(person_id: uuid.UUID) -> None:
    db.session.execute(
        update(PersonSession).where(PersonSession.person_id == person_id, PersonSession.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )  # fmt: skip
