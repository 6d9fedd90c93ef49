"""The operator's console, one module for each concern."""

from django.contrib import admin

from suggestions.admin import (
    clients,
    dashboard,
    events,
    feedback,
    holds,
    keys,
    people,
    policy,
    proposals,
    rollout,
    rollout_changes,
    rules,
    transactions,
)

__all__ = [
    "clients",
    "dashboard",
    "events",
    "feedback",
    "holds",
    "keys",
    "people",
    "policy",
    "proposals",
    "rollout",
    "rollout_changes",
    "rules",
    "transactions",
]

admin.site.index_template = dashboard.TEMPLATE
