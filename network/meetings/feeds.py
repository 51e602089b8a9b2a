"""Calendar feeds: an address with a secret in it, for programs that can't sign in."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from network.identity.models import Person
from network.identity.service import hash_token, load_actor
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import IDENTITY, Actor, acting_as
from network.meetings.models import CalendarFeed


def issue_feed(*, name: str, holds_all: bool, actor: Actor) -> str:
    """Make a feed of the caller's own and give its secret, which is not kept and not shown again."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        CalendarFeed(
            city_id=actor.organisation_id, person_id=actor.person_id, name=name, holds_all=holds_all,
            token_hash=hash_token(token),
        )
    )  # fmt: skip
    db.session.flush()
    return token


def revoke_feed(feed_id: uuid.UUID, *, actor: Actor) -> None:
    """End one of the caller's feeds at once; NotFound for anybody else's."""
    done = db.session.execute(
        update(CalendarFeed)
        .where(
            CalendarFeed.city_id == actor.organisation_id, CalendarFeed.person_id == actor.person_id,
            CalendarFeed.feed_id == feed_id, CalendarFeed.revoked_at.is_(None),
        )
        .values(revoked_at=datetime.now(UTC)).returning(CalendarFeed.feed_id)
    ).first()  # fmt: skip
    if done is None:
        raise NotFound("calendar feed")


def open_feed(token: str) -> tuple[Actor, bool]:
    """Whose feed this secret opens, with the rights that they have now, and whether it holds all
    meetings. NotFound for a revoked one and for somebody who has left."""
    with acting_as(IDENTITY) as session:
        feed = session.execute(
            select(CalendarFeed)
            .join(Person, Person.person_id == CalendarFeed.person_id)
            .where(
                CalendarFeed.token_hash == hash_token(token), CalendarFeed.revoked_at.is_(None),
                Person.disabled_at.is_(None),
            )
        ).scalar_one_or_none()  # fmt: skip
        if feed is None:
            raise NotFound("calendar feed")
        now = datetime.now(UTC)
        if feed.last_used_at is None or now - feed.last_used_at > timedelta(minutes=5):
            feed.last_used_at = now
        owner = feed.city_id, feed.person_id, feed.holds_all
    return load_actor(owner[0], owner[1]), owner[2]
