"""Who is calling: passwords, sessions, invitations, resets and tokens.

Functions that find out who is calling run as the identity scope, which sees no content and no
closed organisation. The others take the acting person's ``actor`` and stay within its organisation;
the platform's operator may name another one.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from network.identity.models import (
    ApiToken,
    Invitation,
    LoginAttempt,
    Membership,
    Organisation,
    PasswordReset,
    Person,
    PersonSession,
)
from network.identity.permissions import ROLE_PERMISSIONS, TOKEN_PERMISSIONS, Permission, permissions_of
from network.jobs.queue import defer
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.settings import Settings
from network.kernel.tenancy import IDENTITY, Actor, Scope, acting_as

ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=15)
LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(hours=2)}
SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class SignedIn:
    """What a request knows of the person who signed in, as plain values."""

    token: str
    session_id: uuid.UUID
    name: str
    email: str
    organisation_name: str
    is_demo: bool
    membership_count: int
    actor: Actor

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the session's token, not the person."""
        return self.token


def hash_token(token: str) -> bytes:
    """Tokens are long and random, so a plain SHA-256 keeps them safe at rest."""
    return hashlib.sha256(token.encode()).digest()


class Passwords:
    """Argon2id with the costs of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_time_cost, memory_cost=settings.password_memory_kib,
            parallelism=1,
        )  # fmt: skip
        # Verified in place of a missing hash, so that unknown people take as long as known ones.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """A hash to store; ValidationFailed when the password is too short or too long."""
        if not SHORTEST_PASSWORD <= len(password) <= 500:
            raise ValidationFailed(
                {"password": [_("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)]}
            )
        return self._hasher.hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; takes the same time when nothing is stored."""
        try:
            return self._hasher.verify(stored or self._nobody, password[:500]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def _now() -> datetime:
    return datetime.now(UTC)


def sign_in(
    email: str, password: str, *, address: str, user_agent: str, settings: Settings,
    passwords: Passwords,
) -> str:  # fmt: skip
    """A new session's token. ValidationFailed for a wrong pair, Refused when there were too many.

    The answer never tells whether the account exists. Failures are counted by e-mail and by
    address, whichever is used up first.
    """
    email = email.strip().lower()
    subjects = _attempt_subjects(email, address)
    _refuse_too_many(subjects)
    with acting_as(IDENTITY) as session:
        person = session.execute(
            select(Person).where(Person.email == email, Person.disabled_at.is_(None))
        ).scalar_one_or_none()
        stored = person.password_hash if person else None
        person_id = person.person_id if person else None
    if not passwords.fits(stored, password) or person_id is None:
        _note_failure(subjects)
        raise ValidationFailed({"password": [_("E-mail or password is not right.")]})
    return open_session(person_id, user_agent=user_agent, settings=settings)


def _attempt_subjects(email: str, address: str) -> list[bytes]:
    return [hash_token(f"email:{email}"), hash_token(f"address:{address}")]


def _refuse_too_many(subjects: list[bytes]) -> None:
    with acting_as(IDENTITY) as session:
        recent = session.execute(
            select(func.count()).where(
                LoginAttempt.subject_hash.in_(subjects),
                LoginAttempt.attempted_at > _now() - ATTEMPT_WINDOW,
            ).group_by(LoginAttempt.subject_hash).order_by(func.count().desc()).limit(1)
        ).scalar()  # fmt: skip
    if (recent or 0) >= ATTEMPTS:
        raise Refused(_("Too many attempts. Wait a quarter of an hour and try again."))


def _note_failure(subjects: list[bytes]) -> None:
    with acting_as(IDENTITY) as session:
        session.add_all([LoginAttempt(subject_hash=subject) for subject in subjects])


def open_session(person_id: uuid.UUID, *, user_agent: str, settings: Settings) -> str:
    """Start a session for somebody who has just proved who they are; returns its token."""
    token = secrets.token_urlsafe(32)
    with acting_as(IDENTITY) as session:
        first = session.execute(
            select(Membership.organisation_id)
            .join(Organisation, Organisation.organisation_id == Membership.organisation_id)
            .where(Membership.person_id == person_id).order_by(Membership.created_at).limit(1)
        ).scalar_one_or_none()  # fmt: skip
        session.add(
            PersonSession(
                person_id=person_id, organisation_id=first, token_hash=hash_token(token),
                user_agent=user_agent[:200],
                expires_at=_now() + timedelta(hours=settings.session_hours),
            )  # fmt: skip
        )
    return token


def find_signed_in(token: str) -> SignedIn | None:
    """Who holds this session token, acting for which organisation; None when it is not valid.

    Somebody whose membership has ended, or whose organisation is closed, acts for none.
    """
    with acting_as(IDENTITY) as session:
        own, its = aliased(Membership), aliased(Organisation)
        memberships = (
            select(func.count()).select_from(own)
            .join(its, its.organisation_id == own.organisation_id)
            .where(own.person_id == Person.person_id).correlate(Person).scalar_subquery()
        )  # fmt: skip
        row = session.execute(
            select(PersonSession, Person, Organisation, Membership.role, memberships)
            .join(Person, Person.person_id == PersonSession.person_id)
            .outerjoin(
                Membership,
                (Membership.person_id == Person.person_id)
                & (Membership.organisation_id == PersonSession.organisation_id),
            )
            .outerjoin(Organisation, Organisation.organisation_id == Membership.organisation_id)
            .where(
                PersonSession.token_hash == hash_token(token),
                PersonSession.revoked_at.is_(None),
                PersonSession.expires_at > _now(),
                Person.disabled_at.is_(None),
            )
        ).one_or_none()
        if row is None:
            return None
        found, person, organisation, role, count = row
        if organisation is None:
            actor = Actor(Scope.PUBLIC, person_id=person.person_id)
        else:
            actor = make_actor(organisation, person.person_id, role)
        if _now() - found.last_seen_at > timedelta(minutes=5):
            found.last_seen_at = _now()
        return SignedIn(
            token, found.session_id, person.name, person.email,
            organisation.name if organisation else "",
            bool(organisation and organisation.is_demo), count or 0, actor,
        )  # fmt: skip


def make_actor(organisation: Organisation, person_id: uuid.UUID | None, role: str) -> Actor:
    """The caller that a role in an organisation makes of a person."""
    scope = Scope(organisation.kind)
    return Actor(
        scope, organisation.organisation_id, organisation.country, person_id, role,
        permissions_of(scope, role),
    )  # fmt: skip


def load_actor(organisation_id: uuid.UUID, person_id: uuid.UUID) -> Actor:
    """The caller for a background job, with the rights that the person has now.

    NotFound when the membership has ended since, the account is disabled or the organisation closed.
    """
    with acting_as(IDENTITY) as session:
        row = session.execute(
            select(Organisation, Membership.role)
            .join(Membership, Membership.organisation_id == Organisation.organisation_id)
            .join(Person, Person.person_id == Membership.person_id)
            .where(
                Membership.organisation_id == organisation_id, Membership.person_id == person_id,
                Person.disabled_at.is_(None),
            )
        ).one_or_none()  # fmt: skip
        if row is None:
            raise NotFound("membership")
        return make_actor(row[0], person_id, row[1])


def find_actor(email: str, slug: str) -> Actor:
    """The caller that a command acts as; NotFound when the person is no member, or it is closed."""
    with acting_as(IDENTITY) as session:
        row = session.execute(
            select(Organisation, Membership.role, Person.person_id)
            .join(Membership, Membership.organisation_id == Organisation.organisation_id)
            .join(Person, Person.person_id == Membership.person_id)
            .where(
                Organisation.slug == slug, Person.email == email.strip().lower(), Person.disabled_at.is_(None)
            )
        ).one_or_none()
        if row is None:
            raise NotFound(f"{email} is no member of {slug}, or may not sign in.")
        return make_actor(row[0], row[2], row[1])


def list_choices(person_id: uuid.UUID) -> list[tuple[Organisation, str]]:
    """The organisations that a person can act for, with the role in each."""
    with acting_as(IDENTITY) as session:
        rows = session.execute(
            select(Organisation, Membership.role)
            .join(Membership, Membership.organisation_id == Organisation.organisation_id)
            .where(Membership.person_id == person_id).order_by(Organisation.name)
        ).all()  # fmt: skip
        session.expunge_all()
        return [(row[0], row[1]) for row in rows]


def switch_organisation(session_id: uuid.UUID, person_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
    """Act for another of one's own organisations; NotFound for any other and for a closed one."""
    with acting_as(IDENTITY) as session:
        found = session.execute(
            select(Membership.role)
            .join(Organisation, Organisation.organisation_id == Membership.organisation_id)
            .where(Membership.organisation_id == organisation_id, Membership.person_id == person_id)
        ).one_or_none()
        if found is None:
            raise NotFound("membership")
        session.execute(
            update(PersonSession).where(PersonSession.session_id == session_id)
            .values(organisation_id=organisation_id)
        )  # fmt: skip


def list_sessions(person_id: uuid.UUID) -> list[PersonSession]:
    """A person's open sessions, the newest first."""
    with acting_as(IDENTITY) as session:
        rows = session.execute(
            select(PersonSession).where(
                PersonSession.person_id == person_id, PersonSession.revoked_at.is_(None),
                PersonSession.expires_at > _now(),
            ).order_by(PersonSession.last_seen_at.desc()).limit(50)
        ).scalars().all()  # fmt: skip
        session.expunge_all()
        return list(rows)


def revoke_session(session_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """End one of a person's own sessions at once; NotFound for anybody else's."""
    with acting_as(IDENTITY) as session:
        done = session.execute(
            update(PersonSession)
            .where(PersonSession.session_id == session_id, PersonSession.person_id == person_id)
            .values(revoked_at=func.now())
        )
        if done.rowcount == 0:  # type: ignore[attr-defined]
            raise NotFound("session")


def create_person(*, email: str, name: str, password: str | None, passwords: Passwords) -> uuid.UUID:
    """Add a person, for commands and the demonstration. ValidationFailed if the e-mail is taken."""
    hashed = passwords.hash(password) if password else None
    try:
        with acting_as(IDENTITY) as session:
            person = Person(email=email.strip().lower(), name=name, password_hash=hashed)
            session.add(person)
            session.flush()
            return person.person_id
    except IntegrityError:
        raise ValidationFailed({"email": [_("Somebody has this e-mail address already.")]}) from None


def check_role(organisation_id: uuid.UUID, role: str) -> None:
    """Refused when an open organisation, which must exist, knows no such role; says which it knows."""
    with acting_as(IDENTITY) as session:
        known = ROLE_PERMISSIONS[Scope(session.get_one(Organisation, organisation_id).kind)]
    if role not in known:
        raise Refused(_("This kind of organisation has no such role.") + f" ({', '.join(known)})")


def add_member(*, organisation_id: uuid.UUID, person_id: uuid.UUID, role: str) -> None:
    """Give a person a role, for commands and the demonstration; Refused for an unknown role and for a
    member."""
    with acting_as(IDENTITY) as session:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotFound("organisation")
        if role not in ROLE_PERMISSIONS[Scope(organisation.kind)]:
            raise Refused(_("This kind of organisation has no such role."))
        if session.get(Membership, (organisation_id, person_id)) is not None:
            raise Refused(_("This person belongs to the organisation already."))
        session.add(
            Membership(
                organisation_id=organisation_id, person_id=person_id, kind=organisation.kind, role=role
            )
        )


def list_members(actor: Actor, organisation_id: uuid.UUID | None = None) -> list[tuple[Person, str]]:
    """The people of the acting organisation, or of another one for the operator, with their roles."""
    rows = db.session.execute(
        select(Person, Membership.role).join(Membership, Membership.person_id == Person.person_id)
        .where(Membership.organisation_id == (organisation_id or actor.organisation_id)).order_by(Person.name)
    ).all()  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def list_invitations(actor: Actor, organisation_id: uuid.UUID | None = None) -> list[Invitation]:
    """Invitations that nobody has accepted yet, of the acting organisation or of another one for
    the operator."""
    return list(
        db.session.execute(
            select(Invitation).where(
                Invitation.organisation_id == (organisation_id or actor.organisation_id),
                Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None),
            ).order_by(Invitation.created_at)
        ).scalars()
    )  # fmt: skip


def _invited_to(organisation_id: uuid.UUID | None, actor: Actor) -> tuple[uuid.UUID | None, Scope]:
    """The organisation that an invitation is for: one's own, or any open one for the operator."""
    if organisation_id is None or organisation_id == actor.organisation_id:
        return actor.organisation_id, actor.scope
    found = None
    if actor.may(Permission.ORGANISATION_CREATE):
        found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation")
    if found.closed_at is not None:
        raise Refused(_("This organisation is closed: reopen it first."))
    return found.organisation_id, Scope(found.kind)


def invite(
    *, email: str, role: str, actor: Actor, organisation_id: uuid.UUID | None = None
) -> Invitation:
    """Offer a role by mail, in the acting organisation or, for the operator, in any open one.

    ValidationFailed for an unknown role, a member and an open invitation; one that is too old makes
    place for the new one.
    """
    target, scope = _invited_to(organisation_id, actor)
    if role not in ROLE_PERMISSIONS[scope]:
        raise ValidationFailed({"role": [_("Choose a role from the list.")]})
    email = email.strip().lower()
    if any(person.email == email for person, _role in list_members(actor, target)):
        raise ValidationFailed({"email": [_("This person belongs to the organisation already.")]})
    invitation = Invitation(
        organisation_id=target, kind=scope.value, role=role,
        email=email, invited_by=actor.person_id,
        expires_at=_now() + LINK_LIFE["invitation"],
    )  # fmt: skip
    db.session.execute(
        update(Invitation).where(
            Invitation.organisation_id == target, Invitation.email == email, Invitation.expires_at < _now(),
            Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None),
        ).values(revoked_at=_now())
    )  # fmt: skip
    db.session.add(invitation)
    try:
        db.session.flush()
    except IntegrityError:
        raise ValidationFailed({"email": [_("This address has an open invitation.")]}) from None
    defer(
        "identity.send_invitation", actor=actor,
        organisation_id=invitation.organisation_id, invitation_id=invitation.invitation_id,
    )  # fmt: skip
    return invitation


def revoke_invitation(
    invitation_id: uuid.UUID, *, actor: Actor, organisation_id: uuid.UUID | None = None
) -> None:
    """Take an invitation back at once, one's own organisation's or, for the operator, any."""
    found = db.session.get(Invitation, (organisation_id or actor.organisation_id, invitation_id))
    if found is None:
        raise NotFound("invitation")
    found.revoked_at = _now()
    db.session.flush()


def change_role(
    person_id: uuid.UUID, role: str | None, *, actor: Actor, organisation_id: uuid.UUID | None = None
) -> None:
    """Change the role of a member of the acting organisation or, for the operator, of any open one;
    remove them with None. Refused for the last one who manages the team."""
    target, scope = _invited_to(organisation_id, actor)
    # Locked in one order, so that two coordinators can't remove each other at the same time.
    members = {
        m.person_id: m for m in db.session.execute(
            select(Membership).where(Membership.organisation_id == target)
            .order_by(Membership.person_id).with_for_update()
        ).scalars()
    }  # fmt: skip
    if person_id not in members:
        raise NotFound("membership")
    if role is not None and role not in ROLE_PERMISSIONS[scope]:
        raise ValidationFailed({"role": [_("Choose a role from the list.")]})
    lead = "operator" if scope is Scope.PLATFORM else "coordinator"
    leads = [m for m in members.values() if m.role == lead]
    if role != lead and leads == [members[person_id]]:
        raise Refused(_("An organisation keeps at least one person who manages its team."))
    if role is None:
        db.session.delete(members[person_id])
    else:
        members[person_id].role = role
    db.session.flush()


def new_link_token(kind: str, key: tuple[uuid.UUID, ...]) -> tuple[str, str, str] | None:
    """Token, e-mail and name for a mail about to be sent; None when it is no longer wanted.

    Made at the moment of sending, so no queue or table ever holds a usable token.
    """
    token = secrets.token_urlsafe(32)
    with acting_as(IDENTITY) as session:
        if kind == "invitation":
            invitation = session.get(Invitation, key)
            if invitation is None or invitation.accepted_at or invitation.revoked_at:
                return None
            organisation = session.get(Organisation, invitation.organisation_id)
            if organisation is None:
                return None
            # The link says how long it lives, so that begins when the mail leaves, however late.
            invitation.token_hash, invitation.expires_at = hash_token(token), _now() + LINK_LIFE["invitation"]
            return token, invitation.email, organisation.name
        reset = session.get(PasswordReset, key[0])
        person = session.get(Person, reset.person_id) if reset else None
        if reset is None or reset.used_at or person is None or person.disabled_at:
            return None
        reset.token_hash, reset.expires_at = hash_token(token), _now() + LINK_LIFE["reset"]
        return token, person.email, person.name


@dataclass(frozen=True)
class OpenInvitation:
    """What the holder of an invitation link is shown."""

    email: str
    role: str
    organisation_name: str
    has_account: bool


def find_invitation(token: str) -> OpenInvitation:
    """The invitation behind a link; NotFound when it is used, revoked or too old."""
    with acting_as(IDENTITY) as session:
        invitation, organisation = _open_invitation(token)
        known = session.execute(
            select(Person.password_hash).where(Person.email == invitation.email)
        ).scalar_one_or_none()
        return OpenInvitation(invitation.email, invitation.role, organisation.name, known is not None)


def _open_invitation(token: str) -> tuple[Invitation, Organisation]:
    row = db.session.execute(
        select(Invitation, Organisation)
        .join(Organisation, Organisation.organisation_id == Invitation.organisation_id)
        .where(
            Invitation.token_hash == hash_token(token), Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None), Invitation.expires_at > _now(),
        ).with_for_update(of=Invitation)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("invitation")
    return row[0], row[1]


def accept_invitation(
    token: str, *, name: str, password: str, address: str, passwords: Passwords
) -> uuid.UUID:
    """Become a member; a new person chooses a password, a known one gives the one they have.

    NotFound for a link that is used, revoked or too old, ValidationFailed for a password that does
    not fit, Refused when there were too many of those. A member's role stays as it is.
    """
    subjects = _attempt_subjects(find_invitation(token).email, address)
    _refuse_too_many(subjects)
    try:
        return _accept(token, name=name, password=password, passwords=passwords)
    except _WrongPassword:
        _note_failure(subjects)
        raise ValidationFailed({"password": [_("This is not the password of your account.")]}) from None


class _WrongPassword(Exception):
    """Raised inside a transaction that is to be taken back."""


def _accept(token: str, *, name: str, password: str, passwords: Passwords) -> uuid.UUID:
    with acting_as(IDENTITY) as session:
        invitation, organisation = _open_invitation(token)
        person = session.execute(
            select(Person).where(Person.email == invitation.email)
        ).scalar_one_or_none()
        if person is not None and person.password_hash is not None:
            if person.disabled_at or not passwords.fits(person.password_hash, password):
                raise _WrongPassword
        elif person is not None:
            person.password_hash = passwords.hash(password)
        else:
            person = Person(email=invitation.email, name=name, password_hash=passwords.hash(password))
            session.add(person)
            session.flush()
        if session.get(Membership, (organisation.organisation_id, person.person_id)) is None:
            session.add(
                Membership(
                    organisation_id=organisation.organisation_id, person_id=person.person_id,
                    kind=organisation.kind, role=invitation.role,
                )  # fmt: skip
            )
        invitation.accepted_at = _now()
        invitation.token_hash = None
        return person.person_id


def ask_reset(email: str) -> None:
    """Send a reset link if the account exists; the caller can't tell."""
    with acting_as(IDENTITY) as session:
        person = session.execute(
            select(Person).where(Person.email == email.strip().lower(), Person.disabled_at.is_(None))
        ).scalar_one_or_none()
        if person is None:
            return
        recent = session.execute(
            select(func.count()).select_from(PasswordReset).where(
                PasswordReset.person_id == person.person_id,
                PasswordReset.created_at > _now() - timedelta(hours=1),
            )
        ).scalar_one()
        if recent >= 5:
            return
        reset = PasswordReset(person_id=person.person_id, expires_at=_now() + LINK_LIFE["reset"])
        session.add(reset)
        session.flush()
        defer("identity.send_reset", actor=IDENTITY, reset_id=reset.reset_id)


def reset_password(token: str, *, password: str, passwords: Passwords) -> None:
    """Set a new password once, end every session of the person and every other link of theirs;
    NotFound for a link that is used or too old, and for a disabled account."""
    with acting_as(IDENTITY) as session:
        reset = session.execute(
            select(PasswordReset).where(
                PasswordReset.token_hash == hash_token(token), PasswordReset.used_at.is_(None),
                PasswordReset.expires_at > _now(),
            ).with_for_update()
        ).scalar_one_or_none()  # fmt: skip
        person = session.get(Person, reset.person_id) if reset else None
        if person is None or person.disabled_at:
            raise NotFound("reset")
        person.password_hash = passwords.hash(password)
        session.execute(
            update(PasswordReset)
            .where(PasswordReset.person_id == person.person_id, PasswordReset.used_at.is_(None))
            .values(used_at=_now(), token_hash=None)
        )
        session.execute(
            update(PersonSession).where(PersonSession.person_id == person.person_id)
            .values(revoked_at=func.now())
        )  # fmt: skip


def change_password(
    me: SignedIn, *, current: str, password: str, address: str, passwords: Passwords
) -> None:
    """Change one's own password and end every session but this one.

    ValidationFailed when the current one is wrong or the new one too short, Refused after too many.
    """
    subjects = _attempt_subjects(me.email, address)
    _refuse_too_many(subjects)
    with acting_as(IDENTITY) as session:
        stored = session.get_one(Person, me.actor.person_id).password_hash
    if not passwords.fits(stored, current):
        _note_failure(subjects)
        raise ValidationFailed({"current": [_("This is not the password of your account.")]})
    hashed = passwords.hash(password)
    with acting_as(IDENTITY) as session:
        session.get_one(Person, me.actor.person_id).password_hash = hashed
        session.execute(
            update(PersonSession).where(
                PersonSession.person_id == me.actor.person_id, PersonSession.session_id != me.session_id,
                PersonSession.revoked_at.is_(None),
            ).values(revoked_at=func.now())
        )  # fmt: skip


def issue_token(*, name: str, days: int, scopes: list[str], actor: Actor) -> str:
    """A new API token of the acting organisation, shown this once."""
    if not scopes or not set(scopes) <= {p.value for p in TOKEN_PERMISSIONS}:
        raise ValidationFailed({"scopes": [_("Choose what the token may do.")]})
    token = f"concord_{secrets.token_urlsafe(32)}"
    db.session.add(
        ApiToken(
            organisation_id=actor.organisation_id, name=name, token_hash=hash_token(token),
            scopes=sorted(scopes), created_by=actor.person_id, expires_at=_now() + timedelta(days=days),
        )  # fmt: skip
    )
    db.session.flush()
    return token


def list_tokens(actor: Actor) -> list[ApiToken]:
    """The organisation's tokens, the newest first, revoked ones included."""
    return list(
        db.session.execute(
            select(ApiToken).where(ApiToken.organisation_id == actor.organisation_id)
            .order_by(ApiToken.created_at.desc()).limit(100)
        ).scalars()
    )  # fmt: skip


def revoke_token(token_id: uuid.UUID, *, actor: Actor) -> None:
    """End a token at once; NotFound for another organisation's."""
    found = db.session.get(ApiToken, (actor.organisation_id, token_id))
    if found is None:
        raise NotFound("token")
    found.revoked_at = found.revoked_at or _now()
    db.session.flush()


def authenticate_token(token: str) -> Actor | None:
    """The caller behind a bearer token, with its scopes as permissions; None if it is not valid, also
    while its organisation is closed."""
    with acting_as(IDENTITY) as session:
        row = session.execute(
            select(ApiToken, Organisation)
            .join(Organisation, Organisation.organisation_id == ApiToken.organisation_id)
            .where(
                ApiToken.token_hash == hash_token(token), ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > _now(),
            )
        ).one_or_none()
        if row is None:
            return None
        found, organisation = row
        # Once a minute is enough to see whether a token is still in use.
        session.execute(
            text(
                "update api_token set last_used_at = now() where organisation_id = :o and"
                " token_id = :t and (last_used_at is null or last_used_at < now() - interval '1 min')"
            ),
            {"o": found.organisation_id, "t": found.token_id},
        )
        return Actor(
            Scope(organisation.kind), organisation.organisation_id, organisation.country, None,
            "token", frozenset(found.scopes),
        )  # fmt: skip
