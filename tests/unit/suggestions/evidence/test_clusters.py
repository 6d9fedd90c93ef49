import numpy as np
import pytest

from suggestions.domain.evidence.clusters import GROUPS, Clustered, GroupSum, group_of, pair_group
from suggestions.domain.evidence.e_process import yes_no


def clustered(agree: np.ndarray, users: np.ndarray, merchants: np.ndarray) -> Clustered:
    def sums(group: np.ndarray) -> list[GroupSum]:
        return [GroupSum(int((group == one).sum()), int(agree[group == one].sum())) for one in range(GROUPS)]

    return Clustered(
        yes_no(int(agree.sum()), len(agree)),
        sums(users),
        sums(merchants),
        sums(pair_group(users, merchants)),
    )


def test_design_effect__independent_comparisons__is_about_one() -> None:
    random = np.random.default_rng(1)
    groups = random.integers(0, GROUPS, (2, 20_000))

    observed = clustered(random.random(20_000) < 0.9, *groups)

    assert observed.design_effect == pytest.approx(1.0, abs=0.25)


def test_design_effect__each_user_always_alike__is_the_number_of_comparisons_of_a_user() -> None:
    random = np.random.default_rng(2)
    users = np.repeat(np.arange(GROUPS), 20)
    agree = np.repeat(random.random(GROUPS) < 0.8, 20)

    observed = clustered(agree, users, random.integers(0, GROUPS, len(users)))

    assert observed.design_effect == pytest.approx(20, rel=0.2)
    assert observed.effective.size == pytest.approx(len(users) / observed.design_effect)


def test_design_effect__alike_by_merchant__is_found_too() -> None:
    random = np.random.default_rng(3)
    merchants = np.repeat(np.arange(GROUPS), 20)
    agree = np.repeat(random.random(GROUPS) < 0.8, 20)

    observed = clustered(agree, random.integers(0, GROUPS, len(merchants)), merchants)

    assert observed.design_effect == pytest.approx(20, rel=0.2)


def test_design_effect__pairs_alone_alike__are_not_counted_twice() -> None:
    random = np.random.default_rng(4)
    users, merchants = random.integers(0, GROUPS, (2, 1_000))
    agree = random.random(1_000) < 0.8

    observed = clustered(np.repeat(agree, 10), np.repeat(users, 10), np.repeat(merchants, 10))

    assert observed.design_effect == pytest.approx(10, rel=0.25)


@pytest.mark.parametrize(
    ("agree", "total"), [pytest.param(0, 0, id="none"), pytest.param(50, 50, id="all agree")]
)
def test_design_effect__no_variance__is_one(agree: int, total: int) -> None:
    assert Clustered(yes_no(agree, total), [GroupSum(total, agree)], [], []).design_effect == 1.0


def test_group_of__many_keys__falls_evenly_and_stays() -> None:
    groups = [group_of(f"user-{number}", salt="s", client_id=1) for number in range(25_600)]

    assert set(groups) == set(range(GROUPS))
    assert max(np.bincount(groups)) < 160  # 100 are expected
    assert groups[7] == group_of("user-7", salt="s", client_id=1)
    others = [group_of(f"user-{number}", salt="s", client_id=2) for number in range(100)]
    assert sum(one == other for one, other in zip(groups, others, strict=False)) < 10  # by chance: 0.4


def test_pair_group__one_user__keeps_different_merchants_apart() -> None:
    assert len({pair_group(17, merchant) for merchant in range(GROUPS)}) == GROUPS
    assert len({pair_group(user, 17) for user in range(GROUPS)}) == GROUPS
