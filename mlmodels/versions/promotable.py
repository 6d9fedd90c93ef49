"""Which versions may become champion, and which one was it before."""

from hashlib import sha256
from typing import Final

from django.db.models import Q, QuerySet

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.features import FEATURE_VERSION
from mlmodels.models import ModelVersion
from mlmodels.versions.changing import RegistryRefused

Status = ModelVersion.Status

USABLE: Final = Q(feature_version=FEATURE_VERSION, size_bytes__gt=0, validated_at__isnull=False)
"""Versions that this release can ask, as far as a query can tell."""
NEVER_OVERRIDDEN = frozenset({"finite", "classes"})
"""Conditions without which a version cannot answer; no reason changes that."""


def previous_champions() -> QuerySet[ModelVersion]:
    """Return those who were champion and are no more, the latest first: it is where a roll back goes."""
    former = Q(status__in=(Status.ARCHIVED, Status.CHALLENGER), promoted_at__isnull=False)
    return ModelVersion.objects.filter(former).order_by("-promoted_at", "-pk")


def is_refused_by_gate(version: ModelVersion) -> bool:
    """Tell whether the gate alone keeps a version from being promoted, so that an admin may override it."""
    failed = {one["name"] for one in version.gate.get("conditions", []) if not one["passed"]}
    is_refused = version.status == Status.REJECTED and version.validated_at is not None
    return is_refused and bool(failed) and not failed & NEVER_OVERRIDDEN


def is_put_aside(version: ModelVersion) -> bool:
    """Tell whether a version was archived as a candidate; it may be promoted, not challenge."""
    return version.status == Status.ARCHIVED and version.promoted_at is None


def check_promotable(version: ModelVersion, *, despite_gate: bool = False) -> None:
    """Refuse a version that cannot be champion.

    Raises:
        RegistryRefused: it is champion, rejected, not validated, made for other features, or its bytes are
            gone or damaged.
    """
    if version.status == Status.CHAMPION:
        raise RegistryRefused(f"Version {version.pk} is champion already.")
    if version.status == Status.REJECTED and not despite_gate:
        raise RegistryRefused(
            f"Version {version.pk} was rejected ({version.rejected_reason}); train a new one."
        )
    if version.validated_at is None:
        raise RegistryRefused(
            f"Version {version.pk} has not been validated; run `manage.py models validate {version.pk}`."
        )
    if version.feature_version != FEATURE_VERSION or version.feature_names != list(FEATURE_NAMES):
        raise RegistryRefused(
            f"Version {version.pk} was made for other features than this release computes; train a new one."
        )
    if not version.size_bytes:
        raise RegistryRefused(
            f"The bytes of version {version.pk} were dropped to save space; train a new one."
        )
    if sha256(bytes(version.artifact)).hexdigest() != version.sha256:
        raise RegistryRefused(
            f"Version {version.pk} is damaged: its bytes are not those that were validated; train a new one."
        )
