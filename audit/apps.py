"""The app of the log."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Make the head of the chain, without which nothing can be appended."""

    name = "audit"
    verbose_name = "Audit log"

    def ready(self) -> None:
        """Connect what follows each migration; models can be imported only from here on."""
        from audit.head import ensure_head  # noqa: PLC0415

        post_migrate.connect(ensure_head, sender=self)
