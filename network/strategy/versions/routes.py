"""The versions of a strategy: hand in, adopt, read and compare."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.strategy import codes
from network.strategy.queries import get_strategy
from network.strategy.routes.editing import read_id, submit, typed
from network.strategy.versions import queries, service
from network.strategy.versions.comparing import WHAT, compare
from network.strategy.versions.document import build_document
from network.strategy.versions.schemas import AdoptionSchema
from network.web.access import current_actor, requires
from network.web.forms import Form

bp = Blueprint("versions", __name__, url_prefix="/strategy/<uuid:strategy_id>/versions", template_folder="../templates")


@bp.get("/")
@requires(Permission.STRATEGY_READ)
def index(strategy_id: uuid.UUID) -> Any:
    """Every version of a strategy with its state."""
    actor = current_actor()
    return render_template(
        "versions/index.html", strategy=get_strategy(strategy_id, actor=actor), codes=codes,
        versions=queries.list_versions(strategy_id, actor=actor), may_write=actor.may(Permission.STRATEGY_WRITE),
        may_adopt=actor.may(Permission.STRATEGY_ADOPT),
    )  # fmt: skip


@bp.get("/<uuid:version_id>")
@requires(Permission.STRATEGY_READ)
def show(strategy_id: uuid.UUID, version_id: uuid.UUID) -> Any:
    """The document of one version."""
    actor = current_actor()
    version = queries.get_version(strategy_id, version_id, actor=actor)
    return render_template(
        "versions/show.html", strategy=get_strategy(strategy_id, actor=actor), version=version, codes=codes,
        document=queries.read_version(version, actor=actor),
    )  # fmt: skip


@bp.post("/<uuid:version_id>/<any(submit, withdraw):step>")
@requires(Permission.STRATEGY_WRITE)
def move(strategy_id: uuid.UUID, version_id: uuid.UUID, step: str) -> Any:
    """Hand a draft in for review, or take it back."""
    if step == "submit":
        service.submit_version(strategy_id, version_id, actor=current_actor())
        flash(_("The version is in review. Its text stays as it is now."))
    else:
        service.withdraw_version(strategy_id, version_id, actor=current_actor())
        flash(_("The version is a draft again."))
    return redirect(url_for("versions.index", strategy_id=strategy_id))


@bp.route("/<uuid:version_id>/adopt", methods=["GET", "POST"])
@requires(Permission.STRATEGY_ADOPT)
def adopt(strategy_id: uuid.UUID, version_id: uuid.UUID) -> Any:
    """Note that a version was adopted."""
    actor = current_actor()
    strategy = get_strategy(strategy_id, actor=actor)
    version = queries.get_version(strategy_id, version_id, actor=actor)
    form = Form(AdoptionSchema(), typed(), {"adopted_on": date.today(), "review_due": strategy.review_due})
    done = submit(form, lambda data: service.adopt_version(strategy_id, version_id, data, actor=actor))
    if done.saved is not None:
        flash(_("The version is adopted."))
        return redirect(url_for("versions.index", strategy_id=strategy_id))
    strategy = get_strategy(strategy_id, actor=actor)
    version = queries.get_version(strategy_id, version_id, actor=actor)
    return render_template("versions/adopt.html", strategy=strategy, version=version, form=form), done.status


@bp.get("/compare")
@requires(Permission.STRATEGY_READ)
def compare_versions(strategy_id: uuid.UUID) -> Any:
    """What changed between two versions, or between one and what the strategy says now."""
    actor = current_actor()
    strategy = get_strategy(strategy_id, actor=actor)
    versions = queries.list_versions(strategy_id, actor=actor)
    kept = [version for version in versions if version.state != "draft"]
    before = read_id(request.args.get("before", "")) or (kept[0].version_id if kept else None)
    after = read_id(request.args.get("after", ""))
    changes = None
    if before is not None:
        old = queries.read_version(queries.get_version(strategy_id, before, actor=actor), actor=actor)
        if after is not None:
            new = queries.read_version(queries.get_version(strategy_id, after, actor=actor), actor=actor)
        else:
            new = build_document(strategy, actor=actor)
        changes = compare(old, new)
    return render_template(
        "versions/compare.html", strategy=strategy, changes=changes, what=WHAT, before=before or "", after=after or "",
        choices=[(v.version_id, _("Version %(number)s", number=v.number) + f" · {codes.STATES[v.state]}") for v in kept],
    )  # fmt: skip
