"""Reading a city's own practices, and what changed from one version to the next."""

import difflib
import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, any_, func, literal, select
from sqlalchemy.orm import undefer

from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.practices import life
from network.practices.drafting.models import Practice, PracticeDecision, PracticeRemark, PracticeVersion
from network.practices.drafting.schemas import FILES, DraftSchema, field_label, value_text
from network.records.registry import RecordType

WRITING_ROLES = ("coordinator", "officer", "communications")
"""Who may draft, and be named as an author."""


@dataclass(frozen=True)
class DraftFilter:
    """Which of the city's practices are meant; an empty field asks for all but the archived."""

    status: str = ""
    text: str = ""
    is_mine: bool = False


def _select(wanted: DraftFilter, actor: Actor) -> Select[tuple[Practice]]:
    query = select(Practice).where(Practice.city_id == actor.organisation_id)
    if wanted.status:
        query = query.where(Practice.status == wanted.status)
    else:
        query = query.where(Practice.status.not_in(("archived", "withdrawn")))
    if wanted.text:
        query = query.where(Practice.title.icontains(wanted.text, autoescape=True))
    if wanted.is_mine:
        query = query.where(literal(actor.person_id) == any_(Practice.author_ids))
    return query


def list_drafts(
    wanted: DraftFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[Practice]:
    """A page of the city's practices, the latest changed first."""
    order = ((Practice.updated_at, True), (Practice.practice_id, True))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_drafts(wanted: DraftFilter, *, actor: Actor, limit: int = 5000) -> list[Practice]:
    """What the filter means, for an export."""
    query = _select(wanted, actor).order_by(Practice.updated_at.desc(), Practice.practice_id.desc()).limit(limit)
    return list(db.session.execute(query).scalars())


def count_states(*, actor: Actor) -> dict[str, int]:
    """How many practices the city has in each state."""
    rows = db.session.execute(
        select(Practice.status, func.count()).where(Practice.city_id == actor.organisation_id).group_by(Practice.status)
    )
    return {row[0]: row[1] for row in rows}


def get_draft(practice_id: uuid.UUID, *, actor: Actor) -> Practice:
    """One practice of the acting city with its text; NotFound also for another city's."""
    found = db.session.execute(
        select(Practice).options(undefer(Practice.content))
        .where(Practice.city_id == actor.organisation_id, Practice.practice_id == practice_id)
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("practice")
    return found


def is_author(practice: Practice, actor: Actor) -> bool:
    """Whether the caller is named as an author and has a role that writes."""
    return actor.person_id in practice.author_ids and actor.role in WRITING_ROLES


def list_open_steps(practice: Practice, *, actor: Actor) -> list[life.Step]:
    """The steps that the caller may take with a practice of their city."""
    return life.list_steps(status=practice.status, role=actor.role, is_author=is_author(practice, actor))


def may_edit(practice: Practice, *, actor: Actor) -> bool:
    """Whether the caller may change the text now."""
    return practice.status in life.EDITABLE and (is_author(practice, actor) or actor.role == "coordinator")


def list_possible_authors(*, actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """People of the team who may be authors: id and name."""
    return [(person.person_id, person.name) for person, role in list_members(actor) if role in WRITING_ROLES]


def list_versions(city_id: uuid.UUID, practice_id: uuid.UUID, *, limit: int = 200) -> list[PracticeVersion]:
    """The versions that the caller may read, the newest first, without their texts."""
    return list(
        db.session.execute(
            select(PracticeVersion)
            .where(PracticeVersion.city_id == city_id, PracticeVersion.practice_id == practice_id)
            .order_by(PracticeVersion.version_no.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def get_version(city_id: uuid.UUID, practice_id: uuid.UUID, version_no: int) -> PracticeVersion:
    """One version with its text; NotFound also for one that was not submitted, to curators."""
    found = db.session.execute(
        select(PracticeVersion).options(undefer(PracticeVersion.content)).where(
            PracticeVersion.city_id == city_id, PracticeVersion.practice_id == practice_id,
            PracticeVersion.version_no == version_no,
        )
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("version")
    return found


@dataclass(frozen=True)
class FieldDifference:
    """One field that differs: its label and its words, each with "same", "del" or "ins"."""

    label: Any
    parts: list[tuple[str, str]]


def compare_texts(before: dict[str, Any], after: dict[str, Any]) -> list[FieldDifference]:
    """The fields that differ between two texts, word by word, in the order of the form."""
    found = []
    for name in (*DraftSchema().declared_fields, FILES):
        old, new = value_text(name, before.get(name)), value_text(name, after.get(name))
        if old != new:
            found.append(FieldDifference(field_label(name), list(_difference(old, new))))
    return found


def _difference(old: str, new: str) -> list[tuple[str, str]]:
    a, b = re.findall(r"\s+|\w+|[^\w\s]", old), re.findall(r"\s+|\w+|[^\w\s]", new)
    parts: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(a[i1:i2])))
            continue
        if i2 > i1:
            parts.append(("del", "".join(a[i1:i2])))
        if j2 > j1:
            parts.append(("ins", "".join(b[j1:j2])))
    return parts


def list_remarks(city_id: uuid.UUID, practice_id: uuid.UUID) -> list[PracticeRemark]:
    """The remarks that the caller may read, the oldest first."""
    return list(
        db.session.execute(
            select(PracticeRemark).where(PracticeRemark.city_id == city_id, PracticeRemark.practice_id == practice_id)
            .order_by(PracticeRemark.remark_id).limit(500)
        ).scalars()
    )  # fmt: skip


def list_decisions(city_id: uuid.UUID, practice_id: uuid.UUID) -> list[PracticeDecision]:
    """What was decided about a practice, the latest first."""
    return list(
        db.session.execute(
            select(PracticeDecision)
            .where(PracticeDecision.city_id == city_id, PracticeDecision.practice_id == practice_id)
            .order_by(PracticeDecision.decision_id.desc()).limit(50)
        ).scalars()
    )  # fmt: skip


RECORD_TYPES = (
    RecordType(
        "practice", _l("Practice"), "drafting.show", "practice_id", "practice:draft", DraftSchema,
        {"status": life.STATUS},
    ),
)  # fmt: skip
