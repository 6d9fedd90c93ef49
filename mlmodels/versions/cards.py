"""Read what a version's model card needs from the database."""

from mlmodels.domain.card import Card, Override, VersionFacts, write_card
from mlmodels.learning.fitting import MIN_EXAMPLES_OF_A_CATEGORY
from mlmodels.models import ChampionChange, ModelVersion


def card_of(version: ModelVersion) -> Card:
    """Return the card of a version, compared with the latest one before it that was not rejected."""
    earlier = ModelVersion.objects.defer("artifact").filter(pk__lt=version.pk)
    before = earlier.exclude(status=ModelVersion.Status.REJECTED).order_by("-pk").first()
    return write_card(
        _facts(version),
        before=_facts(before) if before else None,
        min_examples=MIN_EXAMPLES_OF_A_CATEGORY,
    )


def _facts(version: ModelVersion) -> VersionFacts:
    return VersionFacts(
        name=str(version),
        status=version.status,
        trained_at=version.trained_at,
        labels=tuple(version.labels),
        feature_names=tuple(version.feature_names),
        feature_version=version.feature_version,
        sha256=version.sha256,
        data_fingerprint=version.data_fingerprint,
        size_bytes=version.size_bytes,
        metrics=version.metrics,
        gate=version.gate,
        rejected_reason=version.rejected_reason,
        overrides=_overrides(version),
    )


def _overrides(version: ModelVersion) -> tuple[Override, ...]:
    changes = ChampionChange.objects.filter(to_version=version, is_gate_overridden=True).order_by("pk")
    return tuple(Override(*change) for change in changes.values_list("changed_at", "reason"))
