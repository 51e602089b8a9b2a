"""Organisations, people and how they prove who they are. Constraints live in the migrations."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, FetchedValue, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class Organisation(Base):
    """A city, a national agency, the network or the platform itself.

    Nobody acts for a closed one: the policy by which callers are found leaves it out.
    """

    __tablename__ = "organisation"
    organisation_id: Mapped[NewId]
    kind: Mapped[str]
    name: Mapped[str]
    slug: Mapped[str]
    country: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}


class Person(Base):
    """Somebody who can sign in. E-mail is kept in lower case."""

    __tablename__ = "person"
    person_id: Mapped[NewId]
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """The role of a person in an organisation; one each."""

    __tablename__ = "membership"
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.organisation_id"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    kind: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PersonSession(Base):
    """One sign-in. Only the SHA-256 of its token is kept."""

    __tablename__ = "person_session"
    session_id: Mapped[NewId]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.person_id"))
    organisation_id: Mapped[uuid.UUID | None]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_agent: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A failed sign-in, by a hash of the e-mail or the address it came from."""

    __tablename__ = "login_attempt"
    attempt_id: Mapped[NewId]
    subject_hash: Mapped[bytes] = mapped_column(LargeBinary)
    attempted_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PasswordReset(Base):
    """A wish for a new password; its token is made when the mail is sent."""

    __tablename__ = "password_reset"
    reset_id: Mapped[NewId]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.person_id"))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A role offered to an e-mail address; its token is made when the mail is sent."""

    __tablename__ = "invitation"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    invitation_id: Mapped[NewId]
    kind: Mapped[str]
    role: Mapped[str]
    email: Mapped[str]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    invited_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token of a nation or the network. Only its SHA-256 is kept."""

    __tablename__ = "api_token"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_id: Mapped[NewId]
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
