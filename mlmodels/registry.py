"""Keep the model versions: register, challenge, promote, roll back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from audit import log
from mlmodels.change_log import Challenge, challenger_parts, champion_parts
from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.features import FEATURE_VERSION
from mlmodels.domain.types import ChampionRef, Contenders
from mlmodels.models import ChampionChange, ModelVersion
from mlmodels.training import TrainedModel
from mlmodels.validation import Verdict

Status = ModelVersion.Status
Origin = log.Origin

NEVER_OVERRIDDEN = frozenset({"finite", "classes"})
"""Conditions without which a version cannot answer; no reason changes that."""
MIN_OVERRIDE_REASON = 10


class PromotionRefused(Exception):
    """A version cannot become champion; `detail` says why and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Registration:
    """A trained model with what its validation showed."""

    model: TrainedModel
    verdict: Verdict

    @property
    def refusal(self) -> str:
        """Return why the version cannot be promoted; empty when it can."""
        if not self.verdict.passed:
            return f"validation: {self.verdict.reason}"
        return f"gate: {self.model.gate.refusal}" if not self.model.gate.passed else ""


def champion_ref() -> ChampionRef | None:
    """Return which version is champion, without its bytes; None when there is none."""
    row = ModelVersion.objects.filter(status=Status.CHAMPION).values_list("pk", "sha256").first()
    return ChampionRef(*row) if row else None


def challenger_ref() -> ChampionRef | None:
    """Return which version is challenger, without its bytes; None when there is none."""
    row = ModelVersion.objects.filter(status=Status.CHALLENGER).values_list("pk", "sha256").first()
    return ChampionRef(*row) if row else None


def contenders() -> Contenders:
    """Return champion and challenger in one query, without their bytes."""
    asked = Q(status=Status.CHAMPION) | Q(status=Status.CHALLENGER)  # each has an index of its own
    rows = ModelVersion.objects.filter(asked).order_by().values_list("status", "pk", "sha256")
    found = {status: ChampionRef(pk, sha256) for status, pk, sha256 in rows}
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
        validated_at=Now() if registration.verdict.passed else None,
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
    origin: Origin = Origin.COMMAND,
) -> ModelVersion:
    """Make a version champion and archive the one before it.

    With `override_gate` also one that the gate has refused; the change's row says so.

    Raises:
        PromotionRefused: unknown, rejected, not validated, damaged, made for other features, champion, or the
            change cannot be logged.
    """
    if override_gate and len(reason.strip()) < MIN_OVERRIDE_REASON:
        raise PromotionRefused(f"To override the gate, say why in at least {MIN_OVERRIDE_REASON} characters.")
    with _one_change():
        versions = _locked(status=Status.CHAMPION) | _locked(pk=version_id)
        by_id = {version.pk: version for version in versions.order_by("pk")}
        version = by_id.pop(version_id, None)
        if version is None:
            raise _unknown(version_id)
        is_overridden = override_gate and is_refused_by_gate(version)
        _check_promotable(version, despite_gate=is_overridden)
        change = ChampionChange(reason=reason[:500], changed_by=by, is_gate_overridden=is_overridden)
        crowned = _crown(version, before=next(iter(by_id.values()), None), change=change)
        log.record(log.Kind.CHAMPION, **champion_parts(change, origin))
        return crowned


def roll_back(*, by: User | None, reason: str, origin: Origin = Origin.COMMAND) -> ModelVersion:
    """Make the previous champion champion again; a second time undoes the first.

    A log that cannot be written does not hold it up.

    Raises:
        PromotionRefused: there is no champion, or none before it.
    """
    with _one_change():
        champion = _locked(status=Status.CHAMPION).first()
        if champion is None:
            raise PromotionRefused("There is no champion to roll back from.")
        archived = _locked(status=Status.ARCHIVED, promoted_at__isnull=False)
        previous = archived.order_by("-promoted_at", "-pk").first()
        if previous is None:
            raise PromotionRefused(
                "There is no previous champion; lower the rollout to 0 % to serve by rules alone."
            )
        _check_promotable(previous)
        change = ChampionChange(reason=reason[:500], changed_by=by)
        crowned = _crown(previous, before=champion, change=change)
        log.record_or_report(log.Kind.CHAMPION, **champion_parts(change, origin))
        return crowned


def challenge(
    version_id: int, *, by: User | None = None, reason: str = "", origin: Origin = Origin.TRAINING
) -> ModelVersion:
    """Make a version the challenger, which is asked in the shadow; the one before goes back where it was.

    Raises:
        PromotionRefused: it could not become champion either, or the change cannot be logged.
    """
    with _one_change():
        versions = _locked(status=Status.CHALLENGER) | _locked(pk=version_id)
        by_id = {version.pk: version for version in versions.order_by("pk")}
        version = by_id.pop(version_id, None)
        if version is None:
            raise _unknown(version_id)
        _check_promotable(version)
        if version.status == Status.CHALLENGER:
            return version
        before = next(iter(by_id.values()), None)
        if before is not None:
            _send_back(before)
        version.status = Status.CHALLENGER
        version.save(update_fields=["status"])
        begun = Challenge(before, version, by=by, reason=reason, origin=origin)
        log.record(log.Kind.CHALLENGER, **challenger_parts(begun))
        return version


def end_challenge(
    *, by: User | None = None, reason: str = "", origin: Origin = Origin.COMMAND
) -> ModelVersion | None:
    """Send the challenger back where it was and return it; None when there is none."""
    with _one_change():
        version = _locked(status=Status.CHALLENGER).first()
        if version is None:
            return None
        _send_back(version)
        ended = Challenge(version, None, by=by, reason=reason, origin=origin)
        log.record_or_report(log.Kind.CHALLENGER, **challenger_parts(ended))
        return version


def is_refused_by_gate(version: ModelVersion) -> bool:
    """Tell whether the gate alone keeps a version from being promoted, so that an admin may override it."""
    failed = {one["name"] for one in version.gate.get("conditions", []) if not one["passed"]}
    is_refused = version.status == Status.REJECTED and version.validated_at is not None
    return is_refused and bool(failed) and not failed & NEVER_OVERRIDDEN


def _unknown(version_id: int) -> PromotionRefused:
    return PromotionRefused(
        f"There is no version {version_id}; `manage.py models list` shows those there are."
    )


def _send_back(version: ModelVersion) -> None:
    # A champion of old stays one that a roll back can find.
    version.status = Status.ARCHIVED if version.promoted_at else Status.CANDIDATE
    version.save(update_fields=["status"])


@contextmanager
def _one_change() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # The database allows one champion and one challenger: of two changes at once the later is refused.
        raise PromotionRefused(
            "Champion or challenger was changed by somebody else just now; look and try again."
        ) from error
    except log.LogUnavailable as error:
        raise PromotionRefused(f"Not done: {error}.") from error


def _locked(**conditions: Any) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.select_for_update().defer("artifact").filter(**conditions)


def _check_promotable(version: ModelVersion, *, despite_gate: bool = False) -> None:
    if version.status == Status.CHAMPION:
        raise PromotionRefused(f"Version {version.pk} is champion already.")
    if version.status == Status.REJECTED and not despite_gate:
        raise PromotionRefused(
            f"Version {version.pk} was rejected ({version.rejected_reason}); train a new one."
        )
    if version.validated_at is None:
        raise PromotionRefused(
            f"Version {version.pk} has not been validated; run `manage.py models validate {version.pk}`."
        )
    if version.feature_version != FEATURE_VERSION or version.feature_names != list(FEATURE_NAMES):
        raise PromotionRefused(
            f"Version {version.pk} was made for other features than this release computes; train a new one."
        )
    if not version.size_bytes:
        raise PromotionRefused(
            f"The bytes of version {version.pk} were dropped to save space; train a new one."
        )
    if sha256(bytes(version.artifact)).hexdigest() != version.sha256:
        raise PromotionRefused(
            f"Version {version.pk} is damaged: its bytes are not those that were validated; train a new one."
        )


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
