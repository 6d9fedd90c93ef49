"""The roles of staff, and what each may do in the admin and over HTTP."""

from enum import StrEnum
from typing import Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission, User


class Role(StrEnum):
    """Who a caller is; a client is an application, the others are staff."""

    CLIENT = "client"
    ANALYST = "analyst"
    OPERATOR = "operator"
    ADMIN = "admin"


RAISE_CANARY: Final = "suggestions.raise_rollout"
LOWER_CANARY: Final = "suggestions.lower_rollout"
OVERRIDE_GATE: Final = "suggestions.override_rollout_gate"
READ_DESCRIPTIONS: Final = "suggestions.export_description"
"""See what clients wrote about a transaction; without it one sees the merchant it was reduced to."""

_VIEWED_BY_ALL = (
    "suggestions.view_client",
    "suggestions.view_category",
    "suggestions.view_transaction",
    "suggestions.view_rule",
    "suggestions.view_suggestionevent",
    "suggestions.view_feedback",
    "suggestions.view_rollout",
    "suggestions.view_rolloutchange",
    "suggestions.view_rolloutpolicy",
    "suggestions.view_rolloutproposal",
    "suggestions.view_rollouthold",
    "mlmodels.view_modelversion",
    "mlmodels.view_trainingrun",
    "mlmodels.view_championchange",
    "audit.view_auditentry",
)
_OPERATED = (LOWER_CANARY, "mlmodels.train_modelversion")
_ADMINISTERED = (
    RAISE_CANARY,
    OVERRIDE_GATE,
    READ_DESCRIPTIONS,
    "suggestions.label_transaction",
    "console.share_savedfilter",
    "mlmodels.promote_modelversion",
    "mlmodels.override_modelversion_gate",
    *(
        f"suggestions.{verb}_{model}"
        for model in ("client", "apikey", "rule", "category")
        for verb in ("add", "change")
    ),
    "suggestions.view_apikey",
    "suggestions.delete_rule",
    *(
        f"django_celery_beat.{verb}_{model}"
        for model in ("periodictask", "crontabschedule", "intervalschedule")
        for verb in ("view", "add", "change", "delete")
    ),
)

GROUP_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.ANALYST: _VIEWED_BY_ALL,
    Role.OPERATOR: (*_VIEWED_BY_ALL, *_OPERATED),
    Role.ADMIN: (*_VIEWED_BY_ALL, *_OPERATED, *_ADMINISTERED),
}


def install_groups() -> None:
    """Create the group of each role and give it exactly its permissions."""
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in GROUP_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(by_name[name] for name in names if name in by_name)


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """Return the strongest role of a member of staff; None for one without any."""
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return None
    if user.is_superuser:
        return Role.ADMIN
    groups = set(user.groups.values_list("name", flat=True))
    for role in (Role.ADMIN, Role.OPERATOR, Role.ANALYST):
        if role in groups:
            return role
    return None
