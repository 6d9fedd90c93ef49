"""The operator's console, one room for each part of it."""

from django.contrib import admin

from suggestions.admin.access import clients, keys, people
from suggestions.admin.home import dashboard
from suggestions.admin.rollout import changes, holds, page, policy, proposals
from suggestions.admin.rules import rules
from suggestions.admin.transactions import events, feedback, transactions

__all__ = [
    "changes",
    "clients",
    "dashboard",
    "events",
    "feedback",
    "holds",
    "keys",
    "page",
    "people",
    "policy",
    "proposals",
    "rules",
    "transactions",
]

admin.site.index_template = dashboard.TEMPLATE
