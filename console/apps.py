"""The app of what people work with; its one table holds the filters they saved."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Let templates, static files and the table be found."""

    name = "console"
