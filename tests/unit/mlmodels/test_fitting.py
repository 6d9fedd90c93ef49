"""How much the rows count that a text model is fitted on."""

import numpy as np
import pytest

from mlmodels.learning.fitting import evened


def test_evened__merchant_met_sixteen_times__counts_eight_times_as_much_as_one_met_once() -> None:
    merchants = np.array([7] * 16 + [9])

    weights = evened(np.ones(17, np.float32), merchants)

    assert weights[:16].sum() == pytest.approx(8 * weights[16])
    assert weights.mean() == pytest.approx(1.0)


def test_evened__rows_without_a_merchant__count_each_as_one_met_once() -> None:
    weights = evened(np.ones(5, np.float32), np.array([0, 0, 0, 0, 9]))

    assert weights == pytest.approx(np.ones(5))


def test_evened__weights_of_labels__stay_in_proportion_within_a_merchant() -> None:
    weights = evened(np.array([1.0, 0.4, 1.0], np.float32), np.array([7, 7, 9]))

    assert weights[1] == pytest.approx(0.4 * weights[0])


def test_evened__numbers_of_merchants_far_apart__need_no_place_for_those_between() -> None:
    merchants = np.array([5, 10**15, 10**15])

    assert evened(np.ones(3, np.float32), merchants)[1:] == pytest.approx(2**-0.25 * 3 / (1 + 2**0.75))
