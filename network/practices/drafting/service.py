"""Drafting practices and taking the steps of their life that are the city's. The database agrees."""

import re
import unicodedata
import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from network.cities.queries import get_city
from network.identity.models import Organisation, Person
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices import life
from network.practices.drafting.models import Practice, PracticeRemark, PracticeVersion
from network.practices.drafting.queries import (
    get_draft,
    get_version,
    is_author,
    list_possible_authors,
    may_edit,
)
from network.practices.drafting.schemas import DraftSchema, value_text
from network.practices.models import PublishedPractice
from network.practices.schemas import PracticeSchema
from network.practices.service import RENEWAL, collect_keywords
from network.records.keeping import flush
from network.records.registry import register_notice

RESERVED = frozenset({"feed", "export", "new", "ours"})
for _status, _words in (
    ("in_review", _l("took your practice into review")), ("changes_asked", _l("asks for changes in your practice")),
    ("accepted", _l("accepted your practice: approve the final text")), ("declined", _l("declined your practice")),
    ("due", _l("asks whether your practice still holds")), ("archived", _l("archived your practice")),
):  # fmt: skip
    register_notice(f"practice_{_status}", _words)


def my_name(actor: Actor) -> str:
    """The name of the acting person, as it is kept beside what they write."""
    return db.session.execute(select(Person.name).where(Person.person_id == actor.person_id)).scalar_one()


def _city_facts(actor: Actor) -> dict[str, Any]:
    city = get_city(actor=actor)
    name = db.session.execute(
        select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
    ).scalar_one()
    return {"city": name, "country": city.country, "latitude": city.latitude, "longitude": city.longitude,
            "population": city.population}  # fmt: skip


def start_draft(data: dict[str, Any], *, actor: Actor) -> Practice:
    """Begin a practice of the acting city; the caller is its first author. ``data`` from DraftSchema."""
    content = data | _city_facts(actor)
    practice = Practice(
        city_id=actor.organisation_id, title=data["title"], summary=data["summary"], content=content, status="draft",
        visibility="network", author_ids=[actor.person_id], version=1, version_no=1, created_by=actor.person_id,
        updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(practice)
    flush()
    _keep_version(practice, content, actor)
    return practice


def _keep_version(practice: Practice, content: dict[str, Any], actor: Actor) -> None:
    db.session.add(
        PracticeVersion(
            city_id=practice.city_id, practice_id=practice.practice_id, version_no=practice.version_no,
            title=practice.title, content=content, created_by=actor.person_id, author_name=my_name(actor),
        )
    )  # fmt: skip
    flush()


def change_draft(practice_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Practice:
    """Change the text that the caller read at ``version``; Conflict if it moved on since.

    Every change is a version of its own; the same text again is none.
    """
    practice = get_draft(practice_id, actor=actor)
    if not may_edit(practice, actor=actor):
        raise Refused(_("This text can't be changed now, or you are not one of its authors."))
    if practice.version != version:
        raise Conflict(practice.version)
    files = {"files": practice.content["files"]} if practice.content.get("files") else {}
    return _keep_text(practice, data | _city_facts(actor) | files, actor)


def show_files(practice_id: uuid.UUID, files: list[dict[str, Any]], *, version: int, actor: Actor) -> Practice:
    """Say which of its kept files the text shows, in which order and with which words: a version like any other."""
    practice = get_draft(practice_id, actor=actor)
    if not may_edit(practice, actor=actor):
        raise Refused(_("This text can't be changed now, or you are not one of its authors."))
    if practice.version != version:
        raise Conflict(practice.version)
    return _keep_text(practice, practice.content | {"files": files}, actor)


def _keep_text(practice: Practice, content: dict[str, Any], actor: Actor) -> Practice:
    if content == practice.content:
        return practice
    practice.content, practice.title, practice.summary = content, content["title"], content["summary"]
    practice.version_no += 1
    practice.updated_at, practice.updated_by = datetime.now(UTC), actor.person_id
    flush()
    _keep_version(practice, content, actor)
    return practice


def choose_authors(practice_id: uuid.UUID, author_ids: list[uuid.UUID], *, actor: Actor) -> Practice:
    """Say who the authors are: people of the team who may write, at least one."""
    practice = get_draft(practice_id, actor=actor)
    if not (is_author(practice, actor) or actor.role == "coordinator"):
        raise NotFound("practice")
    possible = {person_id for person_id, _name in list_possible_authors(actor=actor)}
    chosen = list(dict.fromkeys(author_ids))
    if not chosen or not set(chosen) <= possible or len(chosen) > 20:
        raise ValidationFailed({"author_ids": [_("Choose at least one person of your team who may write.")]})
    practice.author_ids = chosen
    practice.updated_at, practice.updated_by = datetime.now(UTC), actor.person_id
    flush()
    return practice


def _step(practice: Practice, name: str, actor: Actor) -> None:
    step = life.STEPS[name]
    if not life.may_take(step, status=practice.status, role=actor.role, is_author=is_author(practice, actor)):
        raise Refused(_("This step is not possible now: the practice is “%(status)s”.",
                        status=life.STATUS[practice.status].label))  # fmt: skip
    practice.status = step.target
    practice.updated_at, practice.updated_by = datetime.now(UTC), actor.person_id


def take_step(practice_id: uuid.UUID, name: str, *, visibility: str = "network", actor: Actor) -> Practice:
    """Take one step of the city's: submit, take_back, publish, confirm, revise, withdraw, archive, restore.

    Refused if it is not open to the caller now; ValidationFailed if the text is not whole enough
    to be submitted. ``visibility`` says, when publishing, who shall be able to read it.
    """
    if name not in life.STEPS:
        raise NotFound("step")
    practice = get_draft(practice_id, actor=actor)
    if name == "submit":
        PracticeSchema().checked({k: v for k, v in practice.content.items() if v not in ("", None)})
        practice.shared_version, practice.submitted_at = practice.version_no, datetime.now(UTC)
    _step(practice, name, actor)
    today = date.today()
    if name == "archive":
        practice.archived_at = datetime.now(UTC)
    elif name == "restore":
        practice.archived_at = None
    if name in ("withdraw", "archive"):
        practice.published_version = None
    if name in ("publish", "confirm"):
        practice.renew_on = today + RENEWAL
    if name == "publish":
        practice.published_version = practice.shared_version
        practice.visibility = visibility if visibility in ("public", "network") else "network"
        practice.slug = practice.slug or _new_slug(practice)
    flush()
    if name == "publish":
        _put_into_library(practice, actor)
    elif name == "confirm":
        db.session.execute(
            update(PublishedPractice).where(PublishedPractice.practice_id == practice_id)
            .values(renew_on=practice.renew_on)
        )  # fmt: skip
    return practice


def _new_slug(practice: Practice) -> str:
    plain = unicodedata.normalize("NFKD", f"{practice.content['city']} {practice.title}")
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "practice"
    taken = db.session.execute(
        select(PublishedPractice.slug).where(PublishedPractice.slug.startswith(slug, autoescape=True))
    ).scalars()
    is_taken = slug in RESERVED or slug in set(taken)
    return f"{slug}-{str(practice.practice_id)[-8:]}" if is_taken else slug


def _put_into_library(practice: Practice, actor: Actor) -> None:
    """The accepted text as it is; the database compares it word for word."""
    assert practice.shared_version is not None
    content = get_version(practice.city_id, practice.practice_id, practice.shared_version).content
    row = {**content, "files": content.get("files", []), "keywords": collect_keywords(content), "visibility": practice.visibility,
           "version": practice.shared_version, "renew_on": practice.renew_on, "slug": practice.slug}  # fmt: skip
    found = db.session.get(PublishedPractice, practice.practice_id)
    try:
        if found is None:
            db.session.add(
                PublishedPractice(practice_id=practice.practice_id, author_id=practice.city_id,
                                  published_by=actor.person_id, **row)
            )  # fmt: skip
        else:
            for name, value in row.items():
                setattr(found, name, value)
            found.updated_at = datetime.now(UTC)
        db.session.flush()
    except IntegrityError:
        raise Refused(_("Another practice has the same address: change the title a little.")) from None


def add_remark(
    practice: Any, *, version_no: int, content: dict[str, Any], data: dict[str, Any], is_from_city: bool, actor: Actor
) -> PracticeRemark:
    """Say something about a passage. Curators' remarks reach the city; a city's reach the curators
    once the practice is with them. ValidationFailed if the passage is not in the field."""
    field, passage = data["field"], " ".join(data["passage"].split())
    if field and field not in DraftSchema().declared_fields:
        raise ValidationFailed({"field": [_("This is not a value of the list.")]})
    if passage and (not field or passage not in " ".join(value_text(field, content.get(field)).split())):
        raise ValidationFailed({"passage": [_("These words are not in that part of the text.")]})
    # The id is made here: whoever may not read a row back could not learn it otherwise.
    remark_id = db.session.execute(text("select new_id()")).scalar_one()
    remark = PracticeRemark(
        city_id=practice.city_id, remark_id=remark_id, practice_id=practice.practice_id, version_no=version_no,
        field=field, passage=passage, body=data["body"].strip(), is_from_city=is_from_city,
        is_shared=not is_from_city or practice.status in life.OPEN_TO_CURATORS, created_by=actor.person_id,
        author_name=my_name(actor),
    )  # fmt: skip
    db.session.add(remark)
    db.session.flush()
    return remark


def settle_remark(practice: Any, remark_id: uuid.UUID, *, is_settled: bool) -> None:
    """Mark a remark as settled, or open it again; NotFound for one of another practice."""
    remark = db.session.get(PracticeRemark, (practice.city_id, remark_id))
    if remark is None or remark.practice_id != practice.practice_id:
        raise NotFound("remark")
    remark.settled_at = datetime.now(UTC) if is_settled else None
    db.session.flush()

