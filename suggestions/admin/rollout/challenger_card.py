"""The challenger beside champion and rules, as the rollout page shows it."""

from dataclasses import dataclass

from django.urls import reverse

from mlmodels.domain.figures import to_percent
from mlmodels.models import ModelVersion
from suggestions.evidence.challenger_comparison import NEWEST, Agreement, ThreeWay, compare_challenger


@dataclass(frozen=True, slots=True)
class ChallengerRow:
    """The comparison beside one champion."""

    compared: ThreeWay

    @property
    def champion(self) -> str:
        """Name the champion."""
        return f"v{self.compared.champion_id}" if self.compared.champion_id else "none"

    @property
    def with_champion(self) -> str:
        """Return the agreement with the champion, with its base."""
        return _text_of(self.compared.with_champion)

    @property
    def with_rules(self) -> str:
        """Return the agreement with the rules, with its base."""
        return _text_of(self.compared.with_rules)


@dataclass(frozen=True, slots=True)
class ChallengerCard:
    """The challenger and how it does."""

    version_id: int
    rows: list[ChallengerRow]
    newest: int = NEWEST

    @property
    def url(self) -> str:
        """Return the version's page, where it can be promoted."""
        return reverse("admin:mlmodels_modelversion_change", args=[self.version_id])


def view_challenger(challenger: ModelVersion | None) -> ChallengerCard | None:
    """Compare the challenger's newest answers; None when no version is challenger."""
    if challenger is None:
        return None
    return ChallengerCard(challenger.pk, [ChallengerRow(one) for one in compare_challenger(challenger.pk)])


def _text_of(agreement: Agreement) -> str:
    if agreement.share is None:
        return "nothing to compare"
    return f"{to_percent(agreement.share)} of {agreement.compared:,}"
