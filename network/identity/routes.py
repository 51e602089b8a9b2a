"""Signing in and out, invitations, passwords, team, sessions and API tokens."""

import uuid
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)  # fmt: skip
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from network.identity import service
from network.identity.permissions import ROLE_PERMISSIONS, Permission
from network.identity.schemas import (
    ROLES,
    SCOPES,
    AcceptSchema,
    ChangePasswordSchema,
    EmailSchema,
    InviteSchema,
    KnownAcceptSchema,
    PasswordSchema,
    SignInSchema,
    TokenSchema,
)  # fmt: skip
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.web.access import SIGNED_IN, current_actor, public, requires
from network.web.forms import Form
from network.web.shell import safe_next

bp = Blueprint("identity", __name__, template_folder="templates")


def _me() -> service.SignedIn:
    me: service.SignedIn = current_user._get_current_object()
    return me


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Sign in and go on to where one wanted to be."""
    form = Form(SignInSchema(), request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            data = form.load()
            token = service.sign_in(
                data["email"], data["password"], address=request.remote_addr or "",
                user_agent=request.user_agent.string,
                settings=current_app.extensions["concord.settings"],
                passwords=current_app.extensions["concord.passwords"],
            )  # fmt: skip
            return _enter(token, safe_next(request.form.get("next")))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Refused as error:
            form.errors, status = {"": [error.reason]}, 429
    wanted = request.values.get("next", "")
    return render_template("identity/sign_in.html", form=form, next=wanted), status


def _enter(token: str, target: str) -> Any:
    me = service.find_signed_in(token)
    if me is None:
        raise NotFound("session")
    session.clear()
    login_user(me)
    return redirect(target)


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    """End this session on the server too."""
    if current_user.is_authenticated:
        service.revoke_session(_me().session_id, g.person_id)
    logout_user()
    session.clear()
    return redirect(url_for("identity.sign_in"))


@bp.route("/organisations/choose", methods=["GET", "POST"])
@requires(SIGNED_IN)
def choose() -> Any:
    """Choose for which organisation to act."""
    if request.method == "POST":
        service.switch_organisation(_me().session_id, g.person_id, _id(request.form.get("organisation")))
        return redirect(url_for("today.show"))
    return render_template(
        "identity/choose.html", choices=service.list_choices(g.person_id), roles=ROLES
    )


def _id(value: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(value or "")
    except ValueError:
        raise NotFound("id") from None


@bp.route("/account", methods=["GET", "POST"])
@requires(SIGNED_IN)
def account() -> Any:
    """One's own password and open sessions."""
    form = Form(ChangePasswordSchema(), request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            service.change_password(
                _me(), **form.load(), address=request.remote_addr or "",
                passwords=current_app.extensions["concord.passwords"],
            )  # fmt: skip
            flash(_("The new password is set. You are signed out everywhere else."))
            return redirect(url_for("identity.account"))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Refused as error:
            form.errors, status = {"": [error.reason]}, 429
    sessions = service.list_sessions(g.person_id)
    return render_template("identity/account.html", me=_me(), sessions=sessions, form=form), status


@bp.post("/account/sessions/<uuid:session_id>/revoke")
@requires(SIGNED_IN)
def revoke_session(session_id: uuid.UUID) -> Any:
    """End one of one's own sessions."""
    service.revoke_session(session_id, g.person_id)
    flash(_("The session has ended."))
    return redirect(url_for("identity.account"))


@bp.get("/invitation/<token>")
@public
def open_invitation(token: str) -> Any:
    """Take the token out of the address at once."""
    session["link"] = token
    return redirect(url_for("identity.accept"))


@bp.route("/invitation", methods=["GET", "POST"])
@public
def accept() -> Any:
    """Accept the invitation whose link was opened."""
    invitation = service.find_invitation(session.get("link", ""))
    schema = KnownAcceptSchema() if invitation.has_account else AcceptSchema()
    form = Form(schema, request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            data = form.load()
            person_id = service.accept_invitation(
                session["link"], name=data.get("name", ""), password=data["password"],
                address=request.remote_addr or "", passwords=current_app.extensions["concord.passwords"],
            )  # fmt: skip
        except ValidationFailed as error:
            form.errors = error.errors
        except Refused as error:
            form.errors = {"": [error.reason]}
        else:
            token = service.open_session(
                person_id, user_agent=request.user_agent.string,
                settings=current_app.extensions["concord.settings"],
            )  # fmt: skip
            return _enter(token, url_for("identity.choose"))
    page = render_template("identity/accept.html", form=form, invitation=invitation, roles=ROLES)
    return page, 400 if form.errors else 200


@bp.route("/forgot", methods=["GET", "POST"])
@public
def forgot() -> Any:
    """Ask for a link; the answer is the same whoever asks."""
    form = Form(EmailSchema(), request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            service.ask_reset(form.load()["email"])
            flash(_("If there is an account with this address, a link is on its way."))
            return redirect(url_for("identity.sign_in"))
        except ValidationFailed:
            pass
    return render_template("identity/forgot.html", form=form), 400 if form.errors else 200


@bp.get("/reset/<token>")
@public
def open_reset(token: str) -> Any:
    """Take the token out of the address at once."""
    session["link"] = token
    return redirect(url_for("identity.reset"))


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset() -> Any:
    """Set a new password with the link that was opened."""
    if "link" not in session:
        raise NotFound("link")
    form = Form(PasswordSchema(), request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            service.reset_password(
                session["link"], password=form.load()["password"],
                passwords=current_app.extensions["concord.passwords"],
            )  # fmt: skip
        except ValidationFailed as error:
            form.errors = error.errors
        else:
            session.clear()
            flash(_("The new password is set. Sign in with it."))
            return redirect(url_for("identity.sign_in"))
    return render_template("identity/reset.html", form=form), 400 if form.errors else 200


def _invite_form() -> Form:
    choices = [(role, ROLES[role]) for role in ROLE_PERMISSIONS[current_actor().scope]]
    return Form(
        InviteSchema(), request.form if request.method == "POST" else None, choices={"role": choices}
    )


@bp.route("/team", methods=["GET", "POST"])
@requires(Permission.TEAM_READ)
def team() -> Any:
    """Who belongs to the organisation; coordinators invite."""
    actor, form = current_actor(), _invite_form()
    may_manage = actor.may(Permission.TEAM_MANAGE)
    if request.method == "POST":
        if not may_manage:
            raise NotFound("team")
        try:
            service.invite(**form.load(), actor=actor)
            flash(_("The invitation is on its way."))
            return redirect(url_for("identity.team"))
        except ValidationFailed as error:
            form.errors = error.errors
            # A refused insert has ended the transaction; the page below needs a new one.
            db.session.rollback()
    page = render_template(
        "identity/team.html", form=form, may_manage=may_manage, roles=ROLES,
        members=service.list_members(actor),
        invitations=service.list_invitations(actor) if may_manage else [],
        possible=list(ROLE_PERMISSIONS[actor.scope]),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@bp.post("/team/<uuid:person_id>")
@requires(Permission.TEAM_MANAGE)
def change_member(person_id: uuid.UUID) -> Any:
    """Change the role of a colleague or remove them."""
    role = None if "remove" in request.form else request.form.get("role", "")
    service.change_role(person_id, role, actor=current_actor())
    flash(_("The team is changed."))
    return redirect(url_for("identity.team"))


@bp.post("/team/invitations/<uuid:invitation_id>/revoke")
@requires(Permission.TEAM_MANAGE)
def revoke_invitation(invitation_id: uuid.UUID) -> Any:
    """Take an invitation back."""
    service.revoke_invitation(invitation_id, actor=current_actor())
    flash(_("The invitation is revoked."))
    return redirect(url_for("identity.team"))


@bp.route("/tokens", methods=["GET", "POST"])
@requires(Permission.TOKEN_MANAGE)
def tokens() -> Any:
    """The API tokens of the organisation."""
    actor, token = current_actor(), None
    form = Form(TokenSchema(), request.form if request.method == "POST" else None, {"days": 90})
    if request.method == "POST":
        try:
            token = service.issue_token(**form.load(), actor=actor)
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template(
        "identity/tokens.html", form=form, token=token, tokens=service.list_tokens(actor), scopes=SCOPES
    )
    return page, 400 if form.errors else 200


@bp.post("/tokens/<uuid:token_id>/revoke")
@requires(Permission.TOKEN_MANAGE)
def revoke_token(token_id: uuid.UUID) -> Any:
    """End a token."""
    service.revoke_token(token_id, actor=current_actor())
    flash(_("The token is revoked."))
    return redirect(url_for("identity.tokens"))
