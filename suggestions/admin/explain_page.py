"""What the model answers to a transaction now, and why: computed on request, kept nowhere."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from console.model_admin import LargeListAdmin
from mlmodels import services
from mlmodels.domain.feature_groups import group_of
from mlmodels.domain.figures import to_change, to_decimal, to_percent
from suggestions.domain.reasons import reasons_of
from suggestions.explaining import explain_transaction
from suggestions.models import Fallback, Transaction

OPENED = 3
"""So many candidates stand open, the others can be opened."""
FEATURES = 8


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One feature with what it adds to a candidate's score."""

    name: str
    says: str
    value: str
    adds: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One candidate in words and figures."""

    candidate: services.Contribution
    is_open: bool

    @property
    def category(self) -> str:
        """Return the category."""
        return self.candidate.ranked.category

    @property
    def confidence(self) -> str:
        """Return how sure the model is of it."""
        return to_percent(self.candidate.ranked.confidence)

    @property
    def is_certain(self) -> bool:
        """Tell whether the confidence reaches the category's threshold."""
        return self.candidate.ranked.is_certain

    @property
    def reasons(self) -> list[str]:
        """Return the reasons as the user reads them."""
        return reasons_of(self.candidate.ranked.evidence)

    @property
    def text(self) -> str:
        """Return where the score starts."""
        return to_change(self.candidate.text)

    @property
    def features(self) -> list[FeatureRow]:
        """Return the features that add or take away most."""
        return [
            FeatureRow(name, group_of(name), to_decimal(value), to_change(gain))
            for name, value, gain in self.candidate.features[:FEATURES]
        ]

    @property
    def others(self) -> str:
        """Return what all other features add together."""
        return to_change(sum(gain for _, _, gain in self.candidate.features[FEATURES:]))

    @property
    def score(self) -> str:
        """Return the sum: the candidate with the highest comes first."""
        return to_decimal(self.candidate.text + sum(gain for _, _, gain in self.candidate.features))

    @property
    def other_count(self) -> int:
        """Return how many others there are."""
        return len(self.candidate.features[FEATURES:])


class ExplainPage(LargeListAdmin):
    """The page of one transaction's explanation."""

    def get_urls(self) -> list[URLPattern]:
        """Add the explanation."""
        view = self.admin_site.admin_view(self.explain)
        own = path("<int:txn_id>/explain/", view, name="suggestions_transaction_explain")
        return [own, *super().get_urls()]

    def explain(self, request: HttpRequest, txn_id: int) -> HttpResponse:
        """Ask the champion about the transaction and show what it weighs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Transaction | None = self.get_object(request, str(txn_id))
        if row is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Explain {row}",
            "row": row,
            "back": reverse("admin:suggestions_transaction_change", args=[row.pk]),
            **_answer(row),
        }
        return TemplateResponse(request, "suggestions/explain.html", context)


def _answer(row: Transaction) -> dict[str, object]:
    try:
        explanation = explain_transaction(row)
    except services.ModelUnavailable as error:
        return {"failure": Fallback(error.reason).label}
    views = [CandidateView(one, place < OPENED) for place, one in enumerate(explanation.candidates)]
    return {
        "candidates": views,
        "version": f"v{explanation.version_id}",
        "withheld": explanation.withheld and f"The model withholds this answer: {explanation.withheld}.",
    }
