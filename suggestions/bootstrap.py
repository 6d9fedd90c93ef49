"""What every installation has: the single rows, the groups, the starter rules, the canary's first value."""

from contextlib import suppress

from django.conf import settings

from suggestions.domain.percentage import parse_percentage
from suggestions.models import Rollout, RolloutChange, RolloutPolicy, RuleSet
from suggestions.roles import install_groups
from suggestions.rollout import RolloutConflict, ensure_rollout, roll_back, set_percentage


def ensure_rows(**_kwargs: object) -> None:
    """Create the rollout at 0 %, its policy, the rule set and the groups where they are missing."""
    ensure_rollout()
    RolloutPolicy.objects.get_or_create(pk=1)
    RuleSet.objects.get_or_create(pk=1)
    install_groups()


def apply_canary_variable() -> RolloutChange | None:
    """Let SUGGEST_USE_MODEL_CANARY seed an untouched rollout, and "0" force rules; return the change made.

    None means that nothing had to change.

    Raises:
        InvalidPercentage: the variable is set and no percentage.
    """
    if not settings.SUGGEST_USE_MODEL_CANARY:
        return None
    percentage = parse_percentage(settings.SUGGEST_USE_MODEL_CANARY)
    rollout = Rollout.objects.get(pk=1)
    origin = RolloutChange.Origin.START
    if percentage == 0 and rollout.percentage > 0:
        return roll_back(by=None, reason="SUGGEST_USE_MODEL_CANARY is 0 at the start", origin=origin)
    if percentage > 0 and rollout.version == 0:
        reason = "SUGGEST_USE_MODEL_CANARY at the first start"
        # Who changes the rollout at the same moment, as another first start does, has seeded it.
        with suppress(RolloutConflict):
            return set_percentage(percentage, by=None, reason=reason, origin=origin, expected_version=0)
    return None
