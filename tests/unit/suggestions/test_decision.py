import pytest

from mlmodels.domain.types import Prediction
from suggestions.domain.decision import Decision, ModelAnswer, agreement_of, decide

COFFEE = Prediction("Restaurants", 0.9)
FUEL = Prediction("Fuel", 0.8)
SAYS_COFFEE = ModelAnswer(COFFEE)
SAYS_FUEL = ModelAnswer(FUEL)
TIMED_OUT = ModelAnswer(None, "timeout", is_error=True)
UNSURE = ModelAnswer(None, "low_confidence")


@pytest.mark.parametrize(
    ("rule", "model", "state"),
    [
        pytest.param(COFFEE, SAYS_COFFEE, "agree", id="same category"),
        pytest.param(COFFEE, SAYS_FUEL, "disagree", id="other category"),
        pytest.param(COFFEE, UNSURE, "rule_only", id="model abstains"),
        pytest.param(None, SAYS_FUEL, "model_only", id="no rule matches"),
        pytest.param(None, UNSURE, "both_silent", id="nobody answers"),
        pytest.param(COFFEE, TIMED_OUT, "model_error", id="model breaks, rule answers"),
        pytest.param(None, TIMED_OUT, "model_error", id="model breaks, no rule"),
    ],
)
def test_decide__two_answers__exactly_one_of_six_states(
    rule: Prediction, model: ModelAnswer, state: str
) -> None:
    assert decide(rule=rule, model=model, bucket=5, percentage=0).state == state


@pytest.mark.parametrize(
    ("model", "bucket", "percentage", "expected"),
    [
        pytest.param(SAYS_FUEL, 0, 0, ("rule", "not_in_canary"), id="shadow serves nobody by the model"),
        pytest.param(SAYS_FUEL, 999, 1_000, ("model", ""), id="last bucket inside"),
        pytest.param(SAYS_FUEL, 1_000, 1_000, ("rule", "not_in_canary"), id="first bucket outside"),
        pytest.param(SAYS_FUEL, 9_999, 10_000, ("model", ""), id="everybody"),
        pytest.param(SAYS_FUEL, None, 10_000, ("rule", "no_user"), id="no user id, even at 100 %"),
        pytest.param(TIMED_OUT, 0, 1_000, ("rule", "timeout"), id="broken model in the canary"),
        pytest.param(UNSURE, 0, 1_000, ("rule", "low_confidence"), id="unsure model in the canary"),
    ],
)
def test_decide__bucket_and_percentage__served_source_and_reason(
    model: ModelAnswer, bucket: int | None, percentage: int, expected: tuple[str, str]
) -> None:
    decision = decide(rule=COFFEE, model=model, bucket=bucket, percentage=percentage)

    assert (decision.source, decision.fallback) == expected


@pytest.mark.parametrize("model", [SAYS_FUEL, SAYS_COFFEE, TIMED_OUT, UNSURE])
@pytest.mark.parametrize("bucket", [None, 0, 9_999])
def test_decide__blind__comes_before_every_other_reason_and_changes_no_state(
    model: ModelAnswer, bucket: int | None
) -> None:
    seen = decide(rule=COFFEE, model=model, bucket=bucket, percentage=5_000)

    blind = decide(rule=COFFEE, model=model, bucket=bucket, percentage=5_000, is_blind=True)

    assert (blind.source, blind.fallback, blind.is_blind, seen.is_blind) == ("rule", "blind", True, False)
    assert (blind.state, blind.is_in_canary) == (seen.state, seen.is_in_canary)


def test_decide__canary_zero__same_answer_whatever_the_model_does() -> None:
    decisions: list[Decision] = [
        decide(rule=COFFEE, model=model, bucket=0, percentage=0)
        for model in (SAYS_FUEL, SAYS_COFFEE, TIMED_OUT, UNSURE)
    ]

    assert {(one.source, one.fallback, one.is_in_canary) for one in decisions} == {
        ("rule", "not_in_canary", False)
    }


@pytest.mark.parametrize(
    ("state", "agree"),
    [
        ("agree", "True"),
        ("disagree", "False"),
        ("rule_only", "None"),
        ("both_silent", "None"),
        ("model_error", "None"),
    ],
)
def test_agreement_of__state__counts_silence_as_no_comparison(state: str, agree: str) -> None:
    assert agreement_of(state) == agree
