"""The home page: the state of the rollout, its evidence, the model, and where to go from here."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from mlmodels.domain.figures import to_decimal, to_percent
from mlmodels.models import TrainingRun
from suggestions.admin.rollout import rollback_dialog
from suggestions.admin.summary import last_changes, summarise
from suggestions.admin.watching import watch
from suggestions.standing import open_holds

TEMPLATE: Final = "suggestions/dashboard.html"
SHOWN_CHANGES: Final = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """The champion's figures as text."""

    accuracy: str
    f1_macro: str


def add_state(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the home page shows; to those who may not see the rollout, nothing."""
    if not request.user.has_perm("suggestions.view_rollout"):
        return context
    evidence = watch(request)
    summary = summarise()
    metrics = summary.champion.metrics if summary.champion else {}
    return context | {
        "title": "Home",
        "summary": summary,
        "figures": Figures(to_percent(metrics.get("val_accuracy")), to_decimal(metrics.get("val_f1_macro"))),
        "evidence": evidence,
        "run": TrainingRun.objects.first(),
        "changes": last_changes()[:SHOWN_CHANGES],
        "dialog": rollback_dialog(request),
        "holds": open_holds(),
        "disagreements_url": disagreements_url(),
    }


def disagreements_url() -> str:
    """Return the page of what rules and model disagree on."""
    return reverse("admin:suggestions_suggestionevent_disagreements")
