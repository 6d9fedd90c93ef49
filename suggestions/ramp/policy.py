"""Read and change the policy of the ramp."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import log
from audit.models import AuditEntry
from suggestions.domain.ramp.policy import Policy, contradictions
from suggestions.models import RolloutPolicy
from suggestions.ramp import decision_log
from suggestions.ramp.rights import require
from suggestions.roles import RAISE_CANARY
from suggestions.rollout import RolloutRefused


class InvalidPolicy(RolloutRefused):
    """A policy contradicts itself; `problems` names how."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class PolicyConflict(RolloutRefused):
    """Somebody else changed the policy since the caller looked at it."""


def read_policy() -> Policy:
    """Return the policy in force; that of a new installation where the row is missing."""
    return read_versioned()[0]


def read_versioned() -> tuple[Policy, int]:
    """Return the policy in force and its version, of one moment."""
    row = RolloutPolicy.objects.filter(pk=1).first()
    return (row.to_policy(), row.version) if row else (Policy(), 0)


def save_policy(
    policy: Policy, *, by: User | None, reason: str, origin: str, expected_version: int | None = None
) -> RolloutPolicy:
    """Put a policy in force; it holds for proposals that are open, too.

    Raises:
        InvalidPolicy: it contradicts itself, changes nothing, or the reason is missing.
        PolicyConflict: the policy has another version by now.
        NotAllowed: the person may not.
    """
    require(by, RAISE_CANARY, "change the policy of the ramp")
    problems = contradictions(policy)
    if not reason.strip():
        problems.append(f"{log.NO_REASON.capitalize()}.")
    if problems:
        raise InvalidPolicy(problems)
    with transaction.atomic():
        RolloutPolicy.objects.get_or_create(pk=1)
        row = RolloutPolicy.objects.select_for_update().get(pk=1)
        if expected_version is not None and row.version != expected_version:
            raise PolicyConflict(
                f"Somebody changed the policy in the meantime{_last_change()}: look at it and decide again."
            )
        before = to_facts(row.to_policy())
        changed = {name: value for name, value in to_facts(policy).items() if value != before[name]}
        if not changed:
            raise InvalidPolicy(["Nothing is changed: these values are in force already."])
        for name, value in asdict(policy).items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        decision_log.record(
            decision_log.Kind.POLICY,
            str(row),
            by=by,
            origin=origin,
            reason=reason,
            facts={"before": {name: before[name] for name in changed}, "after": changed},
        )
    return row


def _last_change() -> str:
    entry = AuditEntry.objects.filter(kind=decision_log.Kind.POLICY).only("actor", "recorded_at").first()
    if entry is None:
        return ""
    return f" ({entry.actor or 'a command'}, {timezone.localtime(entry.recorded_at):%Y-%m-%d %H:%M})"


def to_facts(policy: Policy) -> dict[str, Any]:
    """Return a policy as plain values."""
    facts = asdict(policy)
    return facts | {"steps": list(policy.steps), "dwell_hours": list(policy.dwell_hours)}
