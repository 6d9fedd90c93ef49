"""The home page: the state of the rollout, the one thing to do next, the evidence, the models."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from mlmodels import services
from mlmodels.domain.figures import to_decimal, to_percent
from mlmodels.models import ModelVersion, TrainingRun
from suggestions.admin.home.agreement_trend import view_trend
from suggestions.admin.home.figures import view_figures, wanted_availability
from suggestions.admin.home.gauge import Gauge
from suggestions.admin.home.recommended import view_recommendation
from suggestions.admin.rollout.page import may_edit, presets, rollback_dialog, rollout_form
from suggestions.admin.rollout.stage import view_stage
from suggestions.admin.rollout.step_view import view_step
from suggestions.admin.rollout.summary import last_changes, summarise
from suggestions.admin.rollout.watching import watch
from suggestions.ramp.proposals import open_proposal
from suggestions.roles import RAISE_CANARY

TEMPLATE: Final = "suggestions/dashboard.html"
SHOWN_CHANGES: Final = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """A version's figures as text."""

    accuracy: str
    f1_macro: str

    @classmethod
    def of(cls, version: ModelVersion | None) -> "Figures":
        """Return the figures of a version; dashes without one."""
        metrics = version.metrics if version else {}
        return cls(to_percent(metrics.get("val_accuracy")), to_decimal(metrics.get("val_f1_macro")))


def add_state(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the home page shows; to those who may not see the rollout, nothing."""
    if not request.user.has_perm("suggestions.view_rollout"):
        return context
    watched, changes = watch(request), list(last_changes()[:SHOWN_CHANGES])
    ground, view = watched.ground, watched.evidence
    run, proposal = TrainingRun.objects.order_by("-pk").first(), open_proposal()
    return context | {
        "title": "Home",
        "summary": summarise(ground, changes),
        "stage": view_stage(ground),
        "recommended": view_recommendation(request, watched, proposal=proposal, run=run),
        "evidence": view,
        "gauge": Gauge(view.reading) if view else None,
        "trend": view_trend(view.evidence) if view else None,
        "period": view_figures(view) if view else None,
        "wanted_availability": wanted_availability(),
        "champion": Figures.of(ground.champion),
        "challenger": ground.challenger,
        "challenger_figures": Figures.of(ground.challenger),
        "candidate": ground.candidate,
        "run": run,
        "is_run_silent": run is not None and services.is_silent(run),
        "changes": changes,
        "dialog": rollback_dialog(request),
        "holds": ground.holds,
        "form": rollout_form(request, ground.state) if may_edit(request) else None,
        "is_home": True,
        "may_raise": request.user.has_perm(RAISE_CANARY),
        "presets": presets(ground.policy),
        "step": view_step(watched),
        "disagreements_url": disagreements_url(),
    }


def disagreements_url() -> str:
    """Return the page of what rules and model disagree on."""
    return reverse("admin:suggestions_suggestionevent_disagreements")
