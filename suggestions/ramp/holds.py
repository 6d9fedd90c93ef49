"""Hold the canary where it is, and let it go again."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from suggestions.domain.ramp.gate import Standing
from suggestions.domain.ramp.guardrails import GuardrailReading
from suggestions.models import RolloutChange, RolloutHold
from suggestions.ramp import decision_log
from suggestions.ramp.rights import require
from suggestions.roles import LOWER_CANARY, RAISE_CANARY
from suggestions.rollout import RolloutRefused, lock_rollout
from suggestions.standing import read_standing


class InvalidHold(RolloutRefused):
    """A hold cannot be placed or lifted like this."""


def place_hold(*, by: User | None, reason: str, origin: str) -> RolloutHold:
    """Let nobody widen the canary until the hold is lifted; None as author is a command without a name.

    Raises:
        InvalidHold: the reason is missing.
        NotAllowed: the person may not.
    """
    require(by, LOWER_CANARY, "hold the canary")
    if not reason.strip():
        raise InvalidHold("A reason is required: whoever is to lift the hold has to know what to look at.")
    with transaction.atomic():
        lock_rollout()
        hold = RolloutHold.objects.create(
            reason=reason.strip()[:500], placed_by=by, rollout_version=read_standing().step_version
        )
        decision_log.record_or_report(
            decision_log.Kind.HOLD,
            f"hold {hold.pk}",
            by=by,
            origin=origin,
            reason=hold.reason,
            facts={"after": {"held": True}},
        )
    return hold


def lift_hold(hold_id: int, *, by: User | None, reason: str, origin: str) -> RolloutHold:
    """Let the canary be widened again, as far as this hold is concerned.

    A guardrail does not place it again on the same step: whoever lifts its hold has judged the evidence.

    Raises:
        InvalidHold: there is no such open hold, or the reason is missing.
        NotAllowed: the person may not.
    """
    require(by, RAISE_CANARY, "lift a hold")
    if not reason.strip():
        raise InvalidHold("A reason is required: it says why the canary may be widened again.")
    with transaction.atomic():
        lock_rollout()
        hold = RolloutHold.objects.filter(pk=hold_id, lifted_at=None).first()
        if hold is None:
            raise InvalidHold(
                f"There is no open hold {hold_id}; the rollout page and `rollout show` name those that are."
            )
        hold.lifted_by, hold.lift_reason, hold.lifted_at = by, reason.strip()[:500], Now()
        hold.save(update_fields=["lifted_by", "lift_reason", "lifted_at"])
        hold.refresh_from_db(fields=["lifted_at"])
        decision_log.record(
            decision_log.Kind.HOLD,
            f"hold {hold.pk}",
            by=by,
            origin=origin,
            reason=hold.lift_reason,
            facts={"before": {"held": True, "reason": hold.reason}, "after": {"held": False}},
        )
    return hold


def hold_for(
    guardrail: GuardrailReading, standing: Standing, evidence: Mapping[str, object]
) -> RolloutHold | None:
    """Place a guardrail's hold; None when it has held this step already. Call it with the rollout locked."""
    hold, is_new = RolloutHold.objects.get_or_create(
        guardrail=guardrail.name,
        rollout_version=standing.step_version,
        defaults={
            "reason": f"{guardrail.title}: {guardrail.detail}"[:500],
            "evidence": dict(evidence),
        },
    )
    if not is_new:
        return None
    decision_log.record_or_report(
        decision_log.Kind.GUARDRAIL,
        f"hold {hold.pk}",
        by=None,
        origin=RolloutChange.Origin.GUARDRAIL,
        reason=hold.reason,
        facts={"after": {"held": True, "guardrail": guardrail.name}, "evidence": evidence},
    )
    return hold
