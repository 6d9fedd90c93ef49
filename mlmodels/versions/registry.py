"""Keep the model versions: register, challenge, promote, roll back."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Q
from django.db.models.functions import Now

from audit import log
from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.features import FEATURE_VERSION
from mlmodels.domain.types import Contenders, VersionRef
from mlmodels.learning.training import TrainedModel
from mlmodels.learning.validation import ValidationResult
from mlmodels.models import ChampionChange, ModelVersion
from mlmodels.versions.change_log import ChallengerChange, challenger_parts, champion_parts
from mlmodels.versions.changing import RegistryRefused, locked, one_change, stated, unknown
from mlmodels.versions.promotable import (
    check_promotable,
    is_put_aside,
    is_refused_by_gate,
    previous_champions,
)

Status = ModelVersion.Status
Origin = log.Origin

MIN_OVERRIDE_REASON = 10
NO_CHAMPION: Final = 0
"""In place of an id: whoever looked saw that no version was champion."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A trained model with what its validation showed."""

    model: TrainedModel
    validation: ValidationResult

    @property
    def refusal(self) -> str:
        """Return why the version cannot be promoted; empty when it can."""
        if not self.validation.passed:
            return f"validation: {self.validation.reason}"
        return f"gate: {self.model.gate.refusal}" if not self.model.gate.passed else ""


def champion_ref() -> VersionRef | None:
    """Return which version is champion, without its bytes; None when there is none."""
    row = ModelVersion.objects.filter(status=Status.CHAMPION).values_list("pk", "sha256").first()
    return VersionRef(*row) if row else None


def challenger_ref() -> VersionRef | None:
    """Return which version is challenger, without its bytes; None when there is none."""
    row = ModelVersion.objects.filter(status=Status.CHALLENGER).values_list("pk", "sha256").first()
    return VersionRef(*row) if row else None


def contenders() -> Contenders:
    """Return champion and challenger in one query, without their bytes."""
    asked = Q(status=Status.CHAMPION) | Q(status=Status.CHALLENGER)  # each has an index of its own
    rows = ModelVersion.objects.filter(asked).order_by().values_list("status", "pk", "sha256")
    found = {status: VersionRef(pk, sha256) for status, pk, sha256 in rows}
    return Contenders(found.get(Status.CHAMPION), found.get(Status.CHALLENGER))


def register(registration: Registration, *, training_run_id: int | None) -> ModelVersion:
    """Store a model as a candidate, or as rejected where it did not pass."""
    model = registration.model
    version = ModelVersion.objects.create(
        training_run_id=training_run_id,
        status=Status.REJECTED if registration.refusal else Status.CANDIDATE,
        artifact=model.artifact.data,
        sha256=model.artifact.sha256,
        size_bytes=len(model.artifact.data),
        feature_version=FEATURE_VERSION,
        feature_names=list(FEATURE_NAMES),
        labels=list(model.labels),
        data_fingerprint=model.data_fingerprint,
        metrics=model.metrics,
        gate=model.gate.to_json(),
        validated_at=Now() if registration.validation.passed else None,
        rejected_reason=registration.refusal[:500],
        trained_at=Now(),
    )
    version.refresh_from_db(fields=["validated_at", "trained_at"])
    return version


def promote(
    version_id: int,
    *,
    by: User | None,
    reason: str,
    override_gate: bool = False,
    expected_champion: int | None = None,
    origin: Origin = Origin.COMMAND,
) -> ModelVersion:
    """Make a version champion and archive the one before it.

    With `override_gate` also one that the gate has refused; the change's row says so. With
    `expected_champion` only if that version is still champion, or with `NO_CHAMPION` still none.

    Raises:
        RegistryRefused: unknown, rejected, not validated, damaged, made for other features, champion; another
            champion than expected; or the reason is missing, or the change cannot be logged.
    """
    reason = stated(reason)
    if override_gate and len(reason) < MIN_OVERRIDE_REASON:
        raise RegistryRefused(f"To override the gate, say why in at least {MIN_OVERRIDE_REASON} characters.")
    with one_change():
        champion, by_id = _locked_with_champion(Q(pk=version_id), expected=expected_champion)
        version = by_id.get(version_id)
        if version is None:
            raise unknown(version_id)
        is_overridden = override_gate and is_refused_by_gate(version)
        check_promotable(version, despite_gate=is_overridden)
        change = ChampionChange(reason=reason, changed_by=by, is_gate_overridden=is_overridden)
        crowned = _crown(version, before=champion, change=change)
        log.record(log.Kind.CHAMPION, **champion_parts(change, origin))
        return crowned


def roll_back(
    *, by: User | None, reason: str, expected_champion: int | None = None, origin: Origin = Origin.COMMAND
) -> ModelVersion:
    """Make the previous champion champion again, from challenger as well; a second time undoes the first.

    With `expected_champion` only if that version is still champion. A log that cannot be written does not
    hold it up.

    Raises:
        RegistryRefused: there is no champion, none before it, another one than expected, or no reason.
    """
    reason = stated(reason)
    with one_change():
        latest = Q(pk__in=previous_champions().values("pk")[:1])
        champion, by_id = _locked_with_champion(latest, expected=expected_champion)
        if champion is None:
            raise RegistryRefused("There is no champion to roll back from.")
        previous_id = previous_champions().values_list("pk", flat=True).first()
        if previous_id is None:
            raise RegistryRefused(
                "There is no previous champion; lower the rollout to 0 % to serve by rules alone."
            )
        previous = by_id.get(previous_id)
        if previous is None:
            raise _changed_meanwhile()
        check_promotable(previous)
        change = ChampionChange(reason=reason, changed_by=by)
        crowned = _crown(previous, before=champion, change=change)
        log.record_or_report(log.Kind.CHAMPION, **champion_parts(change, origin))
        return crowned


def challenge(
    version_id: int, *, by: User | None = None, reason: str = "", origin: Origin = Origin.TRAINING
) -> ModelVersion:
    """Make a version the challenger, which is asked in the shadow; the one before goes back where it was.

    Raises:
        RegistryRefused: it could not become champion either, was put aside as a candidate, or the change
            cannot be logged.
    """
    with one_change():
        by_id = {row.pk: row for row in locked(Q(status=Status.CHALLENGER) | Q(pk=version_id))}
        version = by_id.pop(version_id, None)
        if version is None:
            raise unknown(version_id)
        check_promotable(version)
        if version.status == Status.CHALLENGER:
            return version
        if is_put_aside(version):
            raise RegistryRefused(
                f"{version} was put aside and never was champion; promote it, or train a new one."
            )
        before = next(iter(by_id.values()), None)
        if before is not None:
            _send_back(before)
        version.status = Status.CHALLENGER
        version.save(update_fields=["status"])
        begun = ChallengerChange(before, version, by=by, reason=reason, origin=origin)
        log.record(log.Kind.CHALLENGER, **challenger_parts(begun))
        return version


def end_challenge(
    *,
    by: User | None = None,
    reason: str = "",
    expected: int | None = None,
    origin: Origin = Origin.COMMAND,
) -> ModelVersion | None:
    """Send the challenger back where it was and return it; None when there is none.

    Raises:
        RegistryRefused: with `expected`, that version is not challenger.
    """
    with one_change():
        version = locked(Q(status=Status.CHALLENGER)).first()
        if expected is not None and (version is None or version.pk != expected):
            raise _not_challenger(expected)
        if version is None:
            return None
        _send_back(version)
        ended = ChallengerChange(version, None, by=by, reason=reason, origin=origin)
        log.record_or_report(log.Kind.CHALLENGER, **challenger_parts(ended))
        return version


def _locked_with_champion(
    rows: Q, *, expected: int | None
) -> tuple[ModelVersion | None, dict[int, ModelVersion]]:
    """Lock the champion and those rows; return it, and all of them by id.

    Raises:
        RegistryRefused: another one is champion than expected, or than was when the lock was asked for.
    """
    by_id = {row.pk: row for row in locked(Q(status=Status.CHAMPION) | rows)}
    champion = next((row for row in by_id.values() if row.status == Status.CHAMPION), None)
    if champion is None and champion_ref() is not None:
        raise _changed_meanwhile()
    if expected is not None and expected != (champion.pk if champion else NO_CHAMPION):
        raise _changed_meanwhile()
    return champion, by_id


def _changed_meanwhile() -> RegistryRefused:
    champion, last = champion_ref(), ChampionChange.objects.select_related("changed_by").first()
    now = f"v{champion.id}" if champion else "No version"
    told = ""
    if champion and last and last.to_version_id == champion.id:
        who = last.changed_by.get_username() if last.changed_by else "somebody"
        told = f": {who} made it champion (“{last.reason}”)"
    return RegistryRefused(
        f"{now} is champion by now{told}. Nothing was changed; look at the versions and decide again."
    )


def _not_challenger(version_id: int) -> RegistryRefused:
    challenger = challenger_ref()
    if challenger is None:
        return RegistryRefused(f"v{version_id} is not challenger any more; there is no challenger to end.")
    return RegistryRefused(
        f"v{version_id} is not challenger, v{challenger.id} is. Nothing was changed; to end that challenge, "
        f"open v{challenger.id}."
    )


def _send_back(version: ModelVersion) -> None:
    # A champion of old stays one that a roll back can find.
    version.status = Status.ARCHIVED if version.promoted_at else Status.CANDIDATE
    version.save(update_fields=["status"])


def _crown(version: ModelVersion, *, before: ModelVersion | None, change: ChampionChange) -> ModelVersion:
    if before is not None:
        before.status = Status.ARCHIVED
        before.save(update_fields=["status"])
    version.status = Status.CHAMPION
    version.promoted_at = Now()
    version.save(update_fields=["status", "promoted_at"])
    change.from_version, change.to_version = before, version
    change.save()
    version.refresh_from_db(fields=["promoted_at"])
    return version
