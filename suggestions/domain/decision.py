"""Whose answer is served: a pure function of both answers and the rollout."""

from dataclasses import dataclass
from typing import Final, Literal

from mlmodels.domain.types import Prediction

ROLLOUT_UNAVAILABLE: Final = "rollout_unavailable"


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came of asking the model about one transaction."""

    prediction: Prediction | None
    """None: it has no answer, and `failure` says why."""
    failure: str = ""
    """Why there is no prediction; empty when there is one."""
    is_error: bool = False
    """The model could not be asked or broke, as opposed to having nothing to say."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose answer is served, why not the model's, and how the two stand to each other."""

    source: Literal["rule", "model"]
    state: str
    fallback: str
    """Why the model was not served; empty when it was."""
    is_in_canary: bool
    is_blind: bool = False
    """Nothing is shown, so that what the user chooses was nobody's idea.

    The source is `rule` in name only: there has to be one, and `model` would say that it was served."""


def decide(
    *,
    rule: Prediction | None,
    model: ModelAnswer,
    bucket: int | None,
    percentage: int,
    is_blind: bool = False,
    is_rollout_readable: bool = True,
) -> Decision:
    """Decide for one transaction: an ordered list of reasons for the rules, and the model if none holds.

    `bucket` is None for a transaction without a user id; `percentage` is in hundredths of a percent.
    """
    is_in_canary = bucket is not None and bucket < percentage
    if not is_rollout_readable:
        fallback = ROLLOUT_UNAVAILABLE
    elif is_blind:
        fallback = "blind"
    elif bucket is None:
        fallback = "no_user"
    elif not is_in_canary:
        fallback = "not_in_canary"
    else:
        fallback = model.failure
    source: Literal["rule", "model"] = "rule" if fallback else "model"
    return Decision(
        source=source,
        state=state_of(rule, model),
        fallback=fallback,
        is_in_canary=is_in_canary,
        is_blind=is_blind,
    )


def reason_to_record(decision: Decision, model: ModelAnswer) -> str:
    """Return why the model was not served, as it is recorded and counted; empty when it was.

    A broken model is worth knowing of also where it would not have been served; only a rollout that could not
    be read comes before it, since nothing else is known of the decision then.
    """
    if model.is_error and decision.fallback != ROLLOUT_UNAVAILABLE:
        return model.failure
    return decision.fallback


def state_of(rule: Prediction | None, model: ModelAnswer) -> str:
    """Return the one of six states the two answers are in."""
    if model.is_error:
        return "model_error"
    if rule is None:
        return "both_silent" if model.prediction is None else "model_only"
    if model.prediction is None:
        return "rule_only"
    return "agree" if rule.category == model.prediction.category else "disagree"


def agreement_of(state: str) -> Literal["True", "False", "None"]:
    """Return the comparison's outcome; "None" when one of the two gave no answer to compare."""
    if state == "agree":
        return "True"
    return "False" if state == "disagree" else "None"
