"""The app of the product."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SuggestionsConfig(AppConfig):
    """Register the checks, and the rows without which nothing works."""

    name = "suggestions"
    verbose_name = "Suggestions"

    def ready(self) -> None:
        """Connect what follows each migration; models can be imported only from here on."""
        from suggestions import checks  # noqa: F401, PLC0415
        from suggestions.bootstrap import ensure_rows  # noqa: PLC0415

        post_migrate.connect(ensure_rows, sender=self)
