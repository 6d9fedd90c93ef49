"""Read and change the rollout. The row is read in every request; nothing caches it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from audit import log
from suggestions.domain.percentage import FULL, MAX_BLIND, format_percentage
from suggestions.models import Rollout, RolloutChange

OVERRIDDEN = "overridden"
"""In the evidence of a change: what stood before it, and was passed."""


class RolloutConflict(Exception):
    """Somebody else changed the rollout since the caller looked at it."""


class InvalidChange(Exception):
    """A change of the rollout is out of range, gives no reason, or cannot be logged."""


@dataclass(frozen=True, slots=True)
class RolloutState:
    """The rollout as one request sees it."""

    percentage: int
    """Hundredths of a percent."""
    version: int
    salt: str
    is_readable: bool = True
    blind_share: int = 0
    """Hundredths of a percent of the transactions; nothing is shown for them."""


RULES_ONLY = RolloutState(percentage=0, version=0, salt="", is_readable=False)


def read_rollout() -> RolloutState:
    """Read the row; rules for everybody when it is missing, invalid or cannot be read."""
    try:
        row = Rollout.objects.filter(pk=1).values_list("percentage", "version", "salt", "blind_share").first()
    except DatabaseError:
        return RULES_ONLY
    if row is None or not (0 <= row[0] <= FULL and 0 <= row[3] <= MAX_BLIND):
        return RULES_ONLY
    return RolloutState(percentage=row[0], version=row[1], salt=row[2], blind_share=row[3])


def ensure_rollout() -> None:
    """Create the row at 0 % where it is missing; one that was lost goes on from the last version logged."""
    if not Rollout.objects.filter(pk=1).exists():
        last = RolloutChange.objects.order_by("-version").values_list("version", flat=True).first()
        Rollout.objects.get_or_create(pk=1, defaults={"version": last or 0})


def set_percentage(
    percentage: int | None,
    *,
    by: User | None,
    reason: str,
    origin: RolloutChange.Origin,
    expected_version: int | None = None,
    evidence: Mapping[str, object] | None = None,
    blind_share: int | None = None,
) -> RolloutChange:
    """Change the share of users served by the model (hundredths of a percent) and log it with the evidence.

    No gate is asked; `suggestions.ramp.canary` asks. `blind_share` is the share of transactions for which
    nothing is shown. None leaves either as it is. With `expected_version` the change holds only if nobody
    changed the rollout since that version. Evidence of None means that none was looked at. A raise that
    cannot be logged is refused, the way down is not.

    Raises:
        InvalidChange: a share is out of range, the reason is missing, or a raise cannot be logged.
        RolloutConflict: the rollout has another version by now.
    """
    _check_shares(percentage, blind_share)
    if not reason.strip():
        raise InvalidChange("a reason is required: it is what the next person will read in the log")
    with transaction.atomic():
        ensure_rollout()
        rollout = Rollout.objects.select_for_update().get(pk=1)
        if expected_version is not None and rollout.version != expected_version:
            raise RolloutConflict(describe_conflict(rollout))
        change = RolloutChange.objects.create(
            version=rollout.version + 1,
            from_percentage=rollout.percentage,
            to_percentage=rollout.percentage if percentage is None else percentage,
            from_blind_share=None if blind_share in (None, rollout.blind_share) else rollout.blind_share,
            to_blind_share=None if blind_share == rollout.blind_share else blind_share,
            reason=reason.strip()[:500],
            origin=origin,
            changed_by=by,
            evidence=dict(evidence or {}),
            is_overridden=bool(evidence and evidence.get(OVERRIDDEN)),
        )
        rollout.percentage = change.to_percentage
        if blind_share is not None:
            rollout.blind_share = blind_share
        rollout.version = change.version
        rollout.save(update_fields=["percentage", "blind_share", "version", "updated_at"])
        _log(change, evidence or {})
    return change


def set_blind_share(
    share: int,
    *,
    by: User | None,
    reason: str,
    origin: RolloutChange.Origin,
    expected_version: int | None = None,
) -> RolloutChange:
    """Change the share of transactions for which nothing is shown (hundredths of a percent) and log it.

    Raises:
        InvalidChange: the share is out of range, the reason is missing, or a raise cannot be logged.
        RolloutConflict: the rollout has another version by now.
    """
    return set_percentage(
        None, by=by, reason=reason, origin=origin, expected_version=expected_version, blind_share=share
    )


def roll_back(*, by: User | None, reason: str, origin: RolloutChange.Origin) -> RolloutChange:
    """Serve everybody by rules from the next request on; needs no version and wins over any edit under way.

    The blind slice ends with it: everybody is shown what the rules say.

    Raises:
        InvalidChange: the reason is missing.
    """
    return set_percentage(0, by=by, reason=reason, origin=origin, blind_share=0)


def _check_shares(percentage: int | None, blind_share: int | None) -> None:
    if percentage is not None and not 0 <= percentage <= FULL:
        raise InvalidChange("the percentage must lie between 0% and 100%")
    if blind_share is not None and not 0 <= blind_share <= MAX_BLIND:
        raise InvalidChange(
            f"the blind share must lie between 0% and {format_percentage(MAX_BLIND)}: those transactions go "
            "without a suggestion"
        )


def _log(change: RolloutChange, evidence: Mapping[str, object]) -> None:
    parts: log.Parts = {
        "subject": "rollout",
        "actor": log.name_of(change.changed_by),
        "origin": change.origin,
        "reason": change.reason,
        "before": {"percentage": change.from_percentage / 100, "version": change.version - 1}
        | _blind(change.from_blind_share),
        "after": {"percentage": change.to_percentage / 100, "version": change.version}
        | _blind(change.to_blind_share),
        "evidence": evidence,
    }
    if not change.is_raise:
        log.record_or_report(log.Kind.PERCENTAGE, **parts)
        return
    try:
        log.record(log.Kind.PERCENTAGE, **parts)
    except log.LogUnavailable as error:
        raise InvalidChange(str(error)) from error


def _blind(share: int | None) -> dict[str, float]:
    return {} if share is None else {"blind_share": share / 100}


def describe_conflict(rollout: Rollout) -> str:
    """Say who changed the rollout to what, and why."""
    last = RolloutChange.objects.filter(version=rollout.version).select_related("changed_by").first()
    who = last.changed_by.get_username() if last and last.changed_by else "somebody"
    why = f" (“{last.reason}”)" if last else ""
    blind = f", blind {format_percentage(rollout.blind_share)}" if rollout.blind_share else ""
    return (
        f"{who} changed the rollout to {format_percentage(rollout.percentage)}{blind} in the meantime{why}; "
        "look at the new state and decide again"
    )
