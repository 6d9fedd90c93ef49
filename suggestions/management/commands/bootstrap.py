"""manage.py bootstrap: everything an installation needs after `migrate`."""

from typing import Any

from django.core.management.base import BaseCommand

from suggestions.bootstrap import apply_canary_variable, ensure_rows
from suggestions.domain.percentage import in_percent
from suggestions.rules.starter import install_starter_rules


class Command(BaseCommand):
    """Create groups, the rollout row and the starter rules where missing; apply SUGGEST_USE_MODEL_CANARY."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all steps; running them again changes nothing."""
        ensure_rows()
        installed = install_starter_rules()
        change = apply_canary_variable()
        self.stdout.write(f"Starter rules: {installed} installed." if installed else "Rules: already there.")
        if change is not None:
            self.stdout.write(f"Canary: set to {in_percent(change.to_percentage)} ({change.reason}).")
