from dataclasses import dataclass

from django.contrib.auth.models import User
from django.test import Client as Browser

ROLLOUT = "/admin/suggestions/rollout/"


@dataclass(frozen=True)
class Console:
    """A browser without scripts, logged in or not."""

    browser: Browser
    user: User | None
