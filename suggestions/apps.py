"""The app of the product."""

from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    """Register the checks."""

    name = "suggestions"
    verbose_name = "Suggestions"
