"""Writing evidence and gaps in knowledge, in drafts only."""

import calendar
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete

from network.assessment.evidence.queries import count_figure, get_evidence, get_gap, get_item
from network.assessment.models import AssessmentEvidence, EvidenceCommunity, EvidenceThreat, KnowledgeGap
from network.assessment.service import get_draft
from network.assessment.writing import flush, set_values
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


def _question(data: dict[str, Any]) -> dict[str, Any]:
    """The question as it is kept, widened to whole months."""
    last = data.pop("date_to")
    last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    severity = data.pop("severity")
    return {
        "from": data.pop("date_from").replace(day=1).isoformat(), "to": last.isoformat(), "bias": data.pop("bias"),
        "kind": data.pop("incident_kind"), "severity": int(severity) if severity else None,
    }  # fmt: skip


def save_evidence(
    assessment_id: uuid.UUID, kind: str, data: dict[str, Any], *, evidence_id: uuid.UUID | None = None,
    version: int = 0, actor: Actor,
) -> AssessmentEvidence:  # fmt: skip
    """Add evidence to a draft, or change what the caller read at ``version``.

    ``kind`` is "figure" or "source". A figure is counted at once, and again when its question changes.
    """
    get_draft(assessment_id, actor=actor)
    values = dict(data)
    threats, communities = values.pop("threat_ids", []), values.pop("community_ids", [])
    found = get_item(assessment_id, evidence_id, actor=actor) if evidence_id else None
    if kind == "figure":
        values["query"] = _question(values)
        if found is None or found.query != values["query"]:
            count, before = count_figure(values["query"], actor=actor)
            values |= {"incident_count": count, "year_before_count": before, "counted_at": datetime.now(UTC),
                       "previous_count": None, "previous_counted_at": None}  # fmt: skip
    if found is None:
        found = AssessmentEvidence(
            city_id=actor.organisation_id, assessment_id=assessment_id, kind=kind, **values, version=1
        )
        db.session.add(found)
    else:
        set_values(found, values, version)
        found.updated_at = datetime.now(UTC)
    flush("title")
    for model, name, ids in ((EvidenceThreat, "threat_id", threats), (EvidenceCommunity, "community_id", communities)):
        link: Any = model
        db.session.execute(
            delete(link).where(
                link.city_id == actor.organisation_id, link.assessment_id == assessment_id,
                link.evidence_id == found.evidence_id,
            )
        )  # fmt: skip
        for record_id in dict.fromkeys(ids):
            db.session.add(
                link(city_id=actor.organisation_id, assessment_id=assessment_id, evidence_id=found.evidence_id,
                     **{name: record_id})
            )  # fmt: skip
        flush(f"{name}s", _("Choose from the list."))
    return found


def remove_evidence(assessment_id: uuid.UUID, evidence_id: uuid.UUID, *, actor: Actor) -> None:
    """Take evidence out of a draft; earlier versions keep theirs."""
    get_draft(assessment_id, actor=actor)
    db.session.delete(get_item(assessment_id, evidence_id, actor=actor))
    flush()


def refresh_figures(assessment_id: uuid.UUID, *, actor: Actor) -> int:
    """Count every figure of a draft again, keep the count before beside it; how many have changed."""
    get_draft(assessment_id, actor=actor)
    changed = 0
    for item in get_evidence(assessment_id, actor=actor).items:
        if item.query is None:
            continue
        count, before = count_figure(item.query, actor=actor)
        changed += count != item.incident_count
        item.previous_count, item.previous_counted_at = item.incident_count, item.counted_at
        item.incident_count, item.year_before_count, item.counted_at = count, before, datetime.now(UTC)
    flush()
    return changed


def save_gap(
    assessment_id: uuid.UUID, data: dict[str, Any], *, gap_id: uuid.UUID | None = None, version: int = 0, actor: Actor
) -> KnowledgeGap:
    """Add a gap in knowledge to a draft, or change one that the caller read at ``version``."""
    get_draft(assessment_id, actor=actor)
    if gap_id is None:
        found = KnowledgeGap(city_id=actor.organisation_id, assessment_id=assessment_id, **data, version=1)
        db.session.add(found)
    else:
        found = get_gap(assessment_id, gap_id, actor=actor)
        set_values(found, data, version)
        found.updated_at = datetime.now(UTC)
    flush("partner_id", _("Choose from the list."))
    return found


def remove_gap(assessment_id: uuid.UUID, gap_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a gap in knowledge out of a draft."""
    get_draft(assessment_id, actor=actor)
    db.session.delete(get_gap(assessment_id, gap_id, actor=actor))
    flush()
