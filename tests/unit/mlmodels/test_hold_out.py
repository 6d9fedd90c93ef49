from mlmodels.domain.hold_out import to_hold_out
from tests.examples import make_labelled


def test_to_hold_out__merchant_known__its_most_frequent_category() -> None:
    older = [
        make_labelled("Fuel", description="SHELL #12"),
        make_labelled("Fuel", description="SHELL #99"),
        make_labelled("Snacks", description="Shell"),
    ]

    truth = to_hold_out(older, [make_labelled("Snacks", description="SHELL 4711")])

    assert (truth.categories, truth.lookup, truth.is_seen) == (["Snacks"], ["Fuel"], [True])
    assert truth.majority == "Fuel"
    assert truth.champion is None


def test_to_hold_out__merchant_unknown__no_lookup_and_unseen() -> None:
    older = [make_labelled("Fuel", description="SHELL")]

    truth = to_hold_out(older, [make_labelled("Fuel", description="ESSO")])

    assert (truth.lookup, truth.is_seen) == ([None], [False])


def test_to_hold_out__rules_and_champion__passed_on() -> None:
    newer = [make_labelled("Fuel", baseline="Travel"), make_labelled("Fuel")]

    truth = to_hold_out([make_labelled("Fuel")], newer, ["Fuel", None])

    assert truth.baseline == ["Travel", None]
    assert truth.champion == ["Fuel", None]
