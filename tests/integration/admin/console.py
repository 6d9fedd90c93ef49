from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client as Browser

ROLLOUT = "/admin/suggestions/rollout/"


@dataclass(frozen=True)
class Console:
    """A browser without scripts, logged in or not."""

    browser: Browser
    user: User | None


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]
