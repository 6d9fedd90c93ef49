from suggestions.domain.evidence.group_table import add_up, merge, pack
from suggestions.domain.evidence.totals import GROUP_MEASURES

ONE = list(range(1, len(GROUP_MEASURES) + 1))
LAST = [0] * 3 + [-4] + [0] * (len(GROUP_MEASURES) - 4)


def test_add_up__two_hours__sums_each_group_and_leaves_out_the_empty() -> None:
    first = pack({"users": {0: ONE, 255: LAST}, "pairs": {7: ONE}})
    second = pack({"users": {0: ONE}, "merchants": {3: ONE}})

    assert add_up([first, second]) == {
        "users": {"0": [2 * one for one in ONE], "255": LAST},
        "merchants": {"3": ONE},
        "pairs": {"7": ONE},
    }


def test_add_up__nothing__is_empty() -> None:
    assert add_up([]) == {"users": {}, "merchants": {}, "pairs": {}}


def test_pack__an_hour_of_few_suggestions__takes_few_bytes() -> None:
    assert len(pack({"users": {0: ONE}})) < 200


def test_merge__two_hours__adds_up_like_them() -> None:
    hours = [pack({"users": {0: ONE, 255: LAST}}), pack({"users": {0: ONE}, "pairs": {7: ONE}})]

    assert add_up([merge(hours)]) == add_up(hours)
