"""Read and change the rollout. The row is read in every request; nothing caches it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from audit import log
from suggestions.domain.percentage import FULL, MAX_BLIND, in_percent
from suggestions.models import Rollout, RolloutChange

OVERRIDDEN = "overridden"
"""In the evidence of a change: what stood before it, and was passed."""


class RolloutRefused(Exception):
    """Something about the rollout is not done; the message says why and what to do."""


class RolloutConflict(RolloutRefused):
    """Somebody else changed the rollout since the caller looked at it."""


class InvalidChange(RolloutRefused):
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


def lock_rollout() -> Rollout:
    """Return the row; nobody else changes the rollout, its proposals and holds until the transaction ends."""
    ensure_rollout()
    return Rollout.objects.select_for_update().get(pk=1)


def stated(reason: str) -> str:
    """Return the reason as it is stored.

    Raises:
        InvalidChange: it is missing.
    """
    if not reason.strip():
        raise InvalidChange(log.NO_REASON)
    return reason.strip()[:500]


class Author(TypedDict):
    """Who changes the rollout, why and from where."""

    by: User | None
    """None: a command without a name, or the service itself."""
    reason: str
    origin: RolloutChange.Origin


def set_percentage(
    percentage: int,
    *,
    expected_version: int | None = None,
    evidence: Mapping[str, object] | None = None,
    **author: Unpack[Author],
) -> RolloutChange:
    """Change the share of users served by the model (hundredths of a percent) and log it with the evidence.

    No gate is asked; `suggestions.ramp.canary` asks. With `expected_version` the change holds only if nobody
    changed the rollout since that version. Evidence of None means that none was looked at. A raise that
    cannot be logged is refused, the way down is not.

    Raises:
        InvalidChange: the percentage is out of range, the reason is missing, or a raise cannot be logged.
        RolloutConflict: the rollout has another version by now.
    """
    if not 0 <= percentage <= FULL:
        raise InvalidChange("the percentage must lie between 0 % and 100 %")
    with _locked(author["reason"], expected_version) as rollout:
        return _change(rollout, percentage, rollout.blind_share, evidence=evidence or {}, **author)


def set_blind_share(
    share: int, *, expected_version: int | None = None, **author: Unpack[Author]
) -> RolloutChange:
    """Change the share of transactions for which nothing is shown (hundredths of a percent) and log it.

    Raises:
        InvalidChange: the share is out of range, the reason is missing, or a raise cannot be logged.
        RolloutConflict: the rollout has another version by now.
    """
    if not 0 <= share <= MAX_BLIND:
        raise InvalidChange(
            f"the blind share must lie between 0 % and {in_percent(MAX_BLIND)}: those transactions go "
            "without a suggestion"
        )
    with _locked(author["reason"], expected_version) as rollout:
        return _change(rollout, rollout.percentage, share, evidence={}, **author)


def roll_back(**author: Unpack[Author]) -> RolloutChange:
    """Serve everybody by rules from the next request on; needs no version and wins over any edit under way.

    The blind slice ends with it: everybody is shown what the rules say.

    Raises:
        InvalidChange: the reason is missing.
    """
    with _locked(author["reason"], expected_version=None) as rollout:
        return _change(rollout, percentage=0, blind_share=0, evidence={}, **author)


@contextmanager
def _locked(reason: str, expected_version: int | None) -> Iterator[Rollout]:
    stated(reason)
    with transaction.atomic():
        rollout = lock_rollout()
        if expected_version is not None and rollout.version != expected_version:
            raise RolloutConflict(describe_conflict(rollout))
        yield rollout


def _change(
    rollout: Rollout,
    percentage: int,
    blind_share: int,
    *,
    evidence: Mapping[str, object],
    **author: Unpack[Author],
) -> RolloutChange:
    is_blind_kept = blind_share == rollout.blind_share
    change = RolloutChange.objects.create(
        version=rollout.version + 1,
        from_percentage=rollout.percentage,
        to_percentage=percentage,
        from_blind_share=None if is_blind_kept else rollout.blind_share,
        to_blind_share=None if is_blind_kept else blind_share,
        reason=stated(author["reason"]),
        origin=author["origin"],
        changed_by=author["by"],
        evidence=dict(evidence),
        is_overridden=bool(evidence.get(OVERRIDDEN)),
    )
    rollout.percentage, rollout.blind_share, rollout.version = percentage, blind_share, change.version
    rollout.save(update_fields=["percentage", "blind_share", "version", "updated_at"])
    _log(change, evidence)
    return change


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
    blind = f", blind {in_percent(rollout.blind_share)}" if rollout.blind_share else ""
    return (
        f"{who} changed the rollout to {in_percent(rollout.percentage)}{blind} in the meantime{why}; "
        "look at the new state and decide again"
    )
