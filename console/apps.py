"""The app of the shared pieces; it has no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Let templates and static files be found."""

    name = "console"
