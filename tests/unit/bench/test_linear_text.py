from collections.abc import Callable
from datetime import date

import pytest

from bench.contender import Contender, blank
from bench.linear_text import LARGE, logistic_variants, own_labels_model, svc_variants
from bench.measuring import accuracy
from bench.plain_trees import tree_variants
from mlmodels.domain.evaluation.reliability import calibration_error, first_answers, reliability
from mlmodels.domain.types import LabelledExample
from tests.examples import make_labelled, synthetic_examples

ROWS = synthetic_examples()
OLDER, NEWER = ROWS[:400], ROWS[400:]
KINDS = {"logistic": logistic_variants, "svc": svc_variants, "trees": tree_variants}
contenders = pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=f"{kind} {name}".strip())
        for kind, variants in (
            ("logistic", logistic_variants),
            ("svc", svc_variants),
            ("trees", tree_variants),
        )
        for size in (1, LARGE + 1)
        for name, make in variants(size).items()
    ],
)


def bought_at_the_zoo(day: date) -> LabelledExample:
    return make_labelled("Fun", description="ZOO", date=day)


@contenders
def test_contender__learnable_rows__good_on_newer_ones(make: Callable[[], Contender]) -> None:
    contender = make()
    contender.fit(OLDER)

    answers = contender.answer(blank(NEWER))

    assert accuracy(answers, NEWER) > 0.95
    assert all(0 <= one.confidence <= 1 + 1e-9 for ranked in answers for one in ranked)


@contenders
def test_contender__two_categories__works(make: Callable[[], Contender]) -> None:
    rows = [row for row in ROWS if row.category in ("Salary", "Groceries")]
    contender = make()
    contender.fit(rows)
    contender.calibrate(rows)

    assert accuracy(contender.answer(blank(rows)), rows) > 0.95


@contenders
def test_contender__fitted_twice__the_same_answers(make: Callable[[], Contender]) -> None:
    first, second = make(), make()
    first.fit(OLDER)
    second.fit(OLDER)

    assert first.answer(blank(NEWER[:50])) == second.answer(blank(NEWER[:50]))


def test_calibrate__labels_with_noise__confidence_comes_nearer_to_the_truth() -> None:
    noisy = [row._replace(category="Salary") if number % 3 == 0 else row for number, row in enumerate(ROWS)]
    contender = next(iter(svc_variants(1).values()))()
    contender.fit(noisy[:300])
    before = contender.answer(blank(noisy[450:]))

    contender.calibrate(noisy[300:450])

    after = contender.answer(blank(noisy[450:]))
    errors = [
        calibration_error(reliability(*first_answers(answers, [row.category for row in noisy[450:]])))
        for answers in (before, after)
    ]
    assert errors[1] < errors[0]


def test_learn__another_month_begins__fitted_again_with_all_that_is_known() -> None:
    contender = next(iter(logistic_variants(1).values()))()
    contender.fit([*OLDER, bought_at_the_zoo(date(2025, 9, 1))])
    asked = [bought_at_the_zoo(date(2025, 10, 2))._replace(category="")]

    first = contender.answer(asked)[0][0].confidence
    contender.learn([bought_at_the_zoo(date(2025, 9, day)) for day in range(2, 30)])
    same_month = contender.answer(asked)[0][0].confidence
    contender.learn([bought_at_the_zoo(date(2025, 10, 1))])
    next_month = contender.answer(asked)[0][0].confidence

    assert first == same_month < 0.9 < next_month


def test_own_labels_model__three_rows__answers_by_a_word_met_once() -> None:
    contender = own_labels_model()
    contender.fit(ROWS[:10])

    assert accuracy(contender.answer(blank(ROWS[:10])), ROWS[:10]) == 1.0
