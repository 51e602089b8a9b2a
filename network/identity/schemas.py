"""What the forms about people and access ask for."""

from marshmallow import fields, validate

from network.identity.permissions import TOKEN_PERMISSIONS
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema

ROLES = {
    "mayor": _l("Mayor"),
    "coordinator": _l("Coordinator"),
    "officer": _l("Officer"),
    "communications": _l("Communications"),
    "analyst": _l("Analyst"),
    "partner": _l("Partner"),
    "curator": _l("Curator"),
    "support_officer": _l("Support officer"),
    "operator": _l("Operator"),
}
SCOPES = {
    "trend:read": _l("Read protected counts and the cities they cover"),
    "practice:read": _l("Read the practice library"),
    "readiness:read": _l("Read how far cities are that share their readiness"),
}
assert set(SCOPES) == {p.value for p in TOKEN_PERMISSIONS}


def _password(label: object, autocomplete: str) -> fields.String:
    return fields.String(
        required=True, validate=validate.Length(max=500),
        metadata={"label": label, "widget": "password", "attributes": {"autocomplete": autocomplete}},
    )  # fmt: skip


class SignInSchema(BaseSchema):
    """E-mail and password."""

    email = fields.Email(
        required=True,
        metadata={"label": _l("E-mail"), "attributes": {"autocomplete": "username"}},
    )
    password = _password(_l("Password"), "current-password")


class EmailSchema(BaseSchema):
    """Whose password is to be reset."""

    email = fields.Email(
        required=True, metadata={"label": _l("E-mail"), "attributes": {"autocomplete": "email"}}
    )


class PasswordSchema(BaseSchema):
    """A new password."""

    password = _password(_l("New password (at least 12 characters)"), "new-password")


class ChangePasswordSchema(BaseSchema):
    """A new password of somebody who knows the old one."""

    current = _password(_l("Current password"), "current-password")
    password = _password(_l("New password (at least 12 characters)"), "new-password")


class AcceptSchema(BaseSchema):
    """What a person who was invited tells about themselves."""

    name = fields.String(
        required=True, validate=validate.Length(1, 200),
        metadata={"label": _l("Your name"), "attributes": {"autocomplete": "name"}},
    )  # fmt: skip
    password = _password(_l("Password (at least 12 characters)"), "new-password")


class KnownAcceptSchema(BaseSchema):
    """A person who has an account proves it."""

    password = _password(_l("Password of your account"), "current-password")


class InviteSchema(BaseSchema):
    """Whom to invite, with which role."""

    email = fields.Email(required=True, metadata={"label": _l("E-mail")})
    role = fields.String(required=True, metadata={"label": _l("Role"), "widget": "select"})


class TokenSchema(BaseSchema):
    """A new API token."""

    name = fields.String(
        required=True, validate=validate.Length(1, 200),
        metadata={"label": _l("Name"), "help": _l("Which program uses it, for example a dashboard.")},
    )  # fmt: skip
    days = fields.Integer(
        required=True, validate=validate.Range(1, 365), metadata={"label": _l("Valid for days")}
    )
    scopes = fields.List(
        fields.String(), required=True,
        metadata={"label": _l("It may"), "choices": list(SCOPES.items())},
    )  # fmt: skip
