"""Pages of the map and of its gaps."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment import codes
from network.assessment.editing import edit_record, typed_version
from network.assessment.mapping import queries, service
from network.assessment.mapping.queries import ResourceFilter
from network.assessment.mapping.schemas import ResourceSchema
from network.assessment.queries import community_choices, get_gap_view, threat_choices
from network.identity.permissions import Permission
from network.partners.codes import PREVENTION_LEVELS
from network.partners.queries import partner_choices
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("mapping", __name__, url_prefix="/mapping", template_folder="../templates")


def _id(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _filter() -> ResourceFilter:
    def known(name: str, table: dict[str, Any]) -> str:
        value = request.args.get(name, "")
        return value if value in table else ""

    return ResourceFilter(
        text=request.args.get("q", "").strip()[:200], resource_type=known("type", codes.RESOURCE_TYPES),
        status=known("status", codes.RESOURCE_STATUS), level=known("level", PREVENTION_LEVELS),
        threat_id=_id("threat"), community_id=_id("community"), is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


@bp.get("/")
@requires(Permission.ASSESSMENT_READ)
def index() -> Any:
    """The map, filtered."""
    actor, wanted = current_actor(), _filter()
    threats, communities = threat_choices(actor), community_choices(actor)
    chips = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("type", wanted.resource_type and codes.RESOURCE_TYPES[wanted.resource_type]),
        ("status", wanted.status and codes.RESOURCE_STATUS[wanted.status]),
        ("level", wanted.level and PREVENTION_LEVELS[wanted.level]),
        ("threat", wanted.threat_id and dict(threats).get(str(wanted.threat_id), _("Threat"))),
        ("community", wanted.community_id and dict(communities).get(str(wanted.community_id), _("Community"))),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    page = queries.list_resources(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "mapping/index.html", page=page, codes=codes, levels=PREVENTION_LEVELS, threats=threats,
        communities=communities, may_write=actor.may(Permission.ASSESSMENT_WRITE),
        named=queries.find_communities([r.resource_id for r in page.items], actor=actor),
        chip_items=[(name, str(text)) for name, text in chips if text],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export(kind: str) -> Any:
    """The filtered map as a file."""
    actor = current_actor()
    found = queries.all_resources(_filter(), actor=actor)
    ids = [resource.resource_id for resource in found]
    threats = queries.find_threats(ids, actor=actor)
    communities = queries.find_communities(ids, actor=actor)
    headers = [_("Name"), _("Kind"), _("Status"), _("Ends on"), _("Owner"), _("Level of prevention"), _("Reach"), _("Target groups"),
               _("Threats that it works against"), _("Communities that it is for"), _("What it does"), _("Website")]  # fmt: skip
    rows = (
        [r.name, str(codes.RESOURCE_TYPES[r.resource_type]), str(codes.RESOURCE_STATUS[r.status]), r.ends_on, r.owner,
         r.prevention_levels, r.reach, r.target_groups, [name for _key, name in threats[r.resource_id]],
         [name for _key, name in communities[r.resource_id]], r.description, r.website] for r in found
    )  # fmt: skip
    return download(kind, "mapping", headers, rows)


@bp.get("/gaps")
@requires(Permission.ASSESSMENT_READ)
def gaps() -> Any:
    """What the current assessment names and nothing is done about."""
    actor = current_actor()
    return render_template(
        "mapping/gaps.html", view=get_gap_view(actor=actor), levels=PREVENTION_LEVELS,
        may_write=actor.may(Permission.ASSESSMENT_WRITE),
    )  # fmt: skip


@bp.get("/gaps.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export_gaps(kind: str) -> Any:
    """The gap view as a file."""
    view = get_gap_view(actor=current_actor())
    words = {"nothing": _("Nothing"), "only_planned": _("Only planned"), "partly": _("Partly"), "covered": _("All levels")}
    kinds = {"threat": _("Threat"), "community": _("Community")}
    headers = [_("Kind"), _("Name"), _("Status"), *(str(label) for label in PREVENTION_LEVELS.values()), _("Planned")]
    rows = (
        [kinds[c.kind], c.name, words[c.state], *([r.name for r in c.at(level)] for level in PREVENTION_LEVELS),
         [r.name for r in c.planned]] for c in view.threats + view.communities
    )  # fmt: skip
    return download(kind, "gaps", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@bp.route("/<uuid:resource_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit(resource_id: uuid.UUID | None = None) -> Any:
    """Put something on the map, or change it."""
    actor = current_actor()

    def save(data: dict[str, Any]) -> str:
        found = service.save_resource(data, resource_id=resource_id, version=typed_version(), actor=actor)
        flash(_("It is on the map."))
        return url_for("mapping.show", resource_id=found.resource_id)

    def load() -> Any:
        return queries.get_resource(resource_id, actor=actor) if resource_id else None

    record, ids = load(), [resource_id] if resource_id else []
    initial: dict[str, Any] = {"status": "running"} if record is None else {}
    for name, found in (("threat_ids", queries.find_threats(ids, actor=actor)),
                        ("community_ids", queries.find_communities(ids, actor=actor))):  # fmt: skip
        initial[name] = [str(key) for key, _name in found[resource_id]] if resource_id else request.args.getlist(name)
    return edit_record(
        ResourceSchema, record, reload=load, save=save, initial=initial,
        choices={"partner_id": partner_choices(actor=actor), "threat_ids": list(threat_choices(actor)),
                 "community_ids": list(community_choices(actor))},
        heading=_("Edit what exists") if resource_id else _("Add what exists"),
        back=url_for("mapping.show", resource_id=resource_id) if resource_id else url_for("mapping.index"),
    )  # fmt: skip


@bp.get("/<uuid:resource_id>")
@requires(Permission.ASSESSMENT_READ)
def show(resource_id: uuid.UUID) -> Any:
    """One thing that exists."""
    actor = current_actor()
    record = queries.get_resource(resource_id, actor=actor)
    return render_template(
        "mapping/show.html", record=record, codes=codes, levels=PREVENTION_LEVELS,
        threats=queries.find_threats([resource_id], actor=actor)[resource_id],
        communities=queries.find_communities([resource_id], actor=actor)[resource_id],
        may_write=actor.may(Permission.ASSESSMENT_WRITE), panel=get_panel("resource", resource_id, actor=actor),
    )  # fmt: skip


@bp.post("/<uuid:resource_id>/archive")
@requires(Permission.ASSESSMENT_WRITE)
def archive(resource_id: uuid.UUID) -> Any:
    """Archive, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_resource(resource_id, is_archived=is_archived, actor=current_actor())
    flash(_("It is archived.") if is_archived else _("It is back."))
    return redirect(url_for("mapping.show", resource_id=resource_id))
