"""Measure whether the world has moved away from the champion, and keep what was found."""

from django.db.models.functions import Now

from mlmodels import conf
from mlmodels.domain.drift import Reading, read_mix, read_outcomes
from mlmodels.models import DriftReading, ModelVersion


def measure() -> list[DriftReading]:
    """Measure the champion's drift and store it, one row a kind; nothing without a champion.

    The evidence is read from the beginning each time: nothing is added up that a lost or doubled look could
    falsify, and how often one looks changes nothing.
    """
    champion = ModelVersion.objects.filter(status=ModelVersion.Status.CHAMPION).defer("artifact").first()
    if champion is None:
        return []
    return [_store(champion, reading) for reading in _readings(champion)]


def _readings(champion: ModelVersion) -> list[Reading]:
    evidence = conf.drift_source()(version_id=champion.pk, trained_at=champion.trained_at)
    outcomes = read_outcomes(
        evidence.outcomes,
        accuracy=champion.metrics.get("val_accuracy", 0.0),
        held_out=champion.metrics.get("val_size", 0),
        tolerance=conf.drift_tolerance(),
    )
    mixes = evidence.mixes
    return [outcomes] + [
        read_mix(kind, before, lately, measures=len(mixes)) for kind, (before, lately) in mixes.items()
    ]


def _store(champion: ModelVersion, reading: Reading) -> DriftReading:
    row, _ = DriftReading.objects.update_or_create(
        version=champion,
        kind=reading.kind,
        defaults={
            "value": reading.value,
            "limit": reading.limit,
            "rows": reading.rows,
            "detail": reading.detail[:300],
            "measured_at": Now(),
        },
    )
    row.refresh_from_db()
    return row
