"""What the audit log is told of a change of champion or challenger."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from audit import log
from mlmodels.models import ChampionChange, ModelVersion

LOGGED_METRICS = ("val_accuracy", "val_f1_macro", "train_size", "val_size")


@dataclass(frozen=True, slots=True)
class ChallengerChange:
    """A change of challenger; before is None where there was none, after where there is none since."""

    before: ModelVersion | None
    after: ModelVersion | None
    by: User | None
    reason: str
    origin: log.Origin


def champion_parts(change: ChampionChange, origin: log.Origin) -> log.Parts:
    """Return what stands in the log for a change of champion: the version, its gate and its figures."""
    overridden = {"is_gate_overridden": True} if change.is_gate_overridden else {}
    return {
        "subject": str(change.to_version),
        "actor": log.name_of(change.changed_by),
        "origin": origin,
        "reason": change.reason,
        "before": _facts(change.from_version),
        "after": _facts(change.to_version) | overridden,
        "evidence": _evidence(change.to_version),
    }


def challenger_parts(change: ChallengerChange) -> log.Parts:
    """Return what stands in the log for a change of challenger."""
    return {
        "subject": str(change.after or change.before),
        "actor": log.name_of(change.by),
        "origin": change.origin,
        "reason": change.reason,
        "before": _facts(change.before),
        "after": _facts(change.after),
        "evidence": _evidence(change.after),
    }


def archive_parts(version: ModelVersion, *, by: User | None, reason: str, origin: log.Origin) -> log.Parts:
    """Return what stands in the log for a candidate that was put aside."""
    return {
        "subject": str(version),
        "actor": log.name_of(by),
        "origin": origin,
        "reason": reason,
        "before": _facts(version) | {"status": ModelVersion.Status.CANDIDATE.value},
        "after": _facts(version) | {"status": version.status},
        "evidence": _evidence(version),
    }


def _facts(version: ModelVersion | None) -> dict[str, object]:
    return {"version": version.pk, "sha256": version.sha256} if version is not None else {}


def _evidence(version: ModelVersion | None) -> dict[str, object]:
    if version is None:
        return {}
    metrics = {name: version.metrics[name] for name in LOGGED_METRICS if name in version.metrics}
    return {"gate": version.gate, "metrics": metrics, "data_fingerprint": version.data_fingerprint}
