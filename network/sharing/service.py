"""Signing and revoking agreements; for the mayor and the coordinator of a city."""

import uuid
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from network.identity.models import Organisation, Person
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.sharing.models import SharingAgreement

GRANTS = {
    "counts": _l("Counts: protected numbers of your incidents, never a single one"),
    "records": _l("Records: incidents that you mark TLP:AMBER, GREEN or CLEAR"),
    "readiness": _l("Readiness: how far your city is with the ten steps"),
}

GRANT_NAMES = {"counts": _l("Counts"), "records": _l("Records"), "readiness": _l("Readiness")}
"""The same for who receives it."""


def list_recipients() -> list[Organisation]:
    """Those with whom the acting city can share: its nation's open agencies and the network."""
    return list(
        db.session.execute(
            select(Organisation)
            .where(Organisation.kind.in_(("nation", "network")), Organisation.closed_at.is_(None))
            .order_by(Organisation.kind, Organisation.name)
        ).scalars()
    )  # fmt: skip


def list_agreements(*, actor: Actor) -> list[tuple[SharingAgreement, str]]:
    """Agreements of the acting city, the newest first, each with the name of the recipient.

    Nations and the network read theirs from ``list_member_cities``.
    """
    rows = db.session.execute(
        select(SharingAgreement, Organisation.name)
        .join(Organisation, Organisation.organisation_id == SharingAgreement.recipient_id)
        .where(SharingAgreement.city_id == actor.organisation_id)
        .order_by(SharingAgreement.signed_at.desc()).limit(500)
    ).all()  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def sign_agreement(
    *, recipient_id: uuid.UUID, grants: list[str], actor: Actor, valid_until: datetime | None = None
) -> SharingAgreement:
    """Let a recipient see what is granted, from now on.

    ValidationFailed if one is in force; NotFound for who is no recipient, or is closed.
    """
    if not grants or not set(grants) <= set(GRANTS):
        raise ValidationFailed({"grants": [_("Choose what you share.")]})
    recipient = db.session.get(Organisation, recipient_id)
    if recipient is None or recipient.kind not in ("nation", "network") or recipient.closed_at is not None:
        raise NotFound("recipient")
    name = db.session.execute(
        select(Person.name).where(Person.person_id == actor.person_id)
    ).scalar_one()
    agreement = SharingAgreement(
        city_id=actor.organisation_id, recipient_id=recipient_id, recipient_kind=recipient.kind,
        grants=sorted(set(grants)), valid_until=valid_until, signed_by=actor.person_id,
        signed_by_name=name,
    )  # fmt: skip
    db.session.add(agreement)
    try:
        db.session.flush()
    except IntegrityError as error:
        if "sharing_agreement_open_key" not in str(error.orig):
            # The recipient, or the city itself, was closed a moment ago.
            raise NotFound("recipient") from None
        raise ValidationFailed({"recipient": [_("An agreement is in force; revoke it first.")]}) from None
    return agreement


def revoke_agreement(agreement_id: uuid.UUID, *, actor: Actor) -> None:
    """End an agreement at once; NotFound if it is another city's or has ended."""
    done = db.session.execute(
        update(SharingAgreement)
        .where(
            SharingAgreement.city_id == actor.organisation_id,
            SharingAgreement.agreement_id == agreement_id, SharingAgreement.revoked_at.is_(None),
        )
        .values(revoked_at=func.now(), revoked_by=actor.person_id)
    )  # fmt: skip
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound("agreement")
