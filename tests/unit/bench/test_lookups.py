from bench.contender import Answers, Row
from bench.lookups import Majority, MerchantLookup, Rules
from tests.examples import make_labelled


def bought(category: str, description: str = "SHELL 123") -> Row:
    return make_labelled(category, description=description)


def categories_of(answers: Answers) -> list[list[str]]:
    return [[one.category for one in ranked] for ranked in answers]


PAST = [bought("Fuel"), bought("Fuel"), bought("Snacks"), *(bought("Rent", "HOUSE CO") for _ in range(4))]


def test_lookup__known_merchant__most_frequent_first_with_its_share() -> None:
    contender = MerchantLookup()
    contender.fit(PAST)

    [ranked] = contender.answer([bought("", "Shell #77")])

    assert [(one.category, one.confidence) for one in ranked] == [("Fuel", 2 / 3), ("Snacks", 1 / 3)]


def test_lookup__known_first_word__answers_by_it() -> None:
    contender = MerchantLookup()
    contender.fit(PAST)

    assert categories_of(contender.answer([bought("", "SHELL CITY NORTH")])) == [["Fuel", "Snacks"]]


def test_lookup__nothing_known__the_majority() -> None:
    contender = MerchantLookup()
    contender.fit(PAST)

    assert categories_of(contender.answer([bought("", "ZOO")])) == [["Rent", "Fuel", "Snacks"]]


def test_lookup__a_label_learned__counts_from_then_on() -> None:
    contender = MerchantLookup()
    contender.fit(PAST)

    contender.learn([bought("Fun", "ZOO")])

    assert categories_of(contender.answer([bought("", "ZOO")])) == [["Fun"]]


def test_lookup__fitted_again__forgets() -> None:
    contender = MerchantLookup()
    contender.fit(PAST)

    contender.fit([bought("Fun", "ZOO")])

    assert categories_of(contender.answer([bought("")])) == [["Fun"]]


def test_majority__any_row__the_most_frequent() -> None:
    contender = Majority()
    contender.fit(PAST)

    assert (
        categories_of(contender.answer([bought(""), bought("", "ZOO")])) == [["Rent", "Fuel", "Snacks"]] * 2
    )


def test_rules__rule_or_none__its_answer_or_nothing() -> None:
    answers = Rules().answer([make_labelled("", baseline="Fuel"), make_labelled("")])

    assert categories_of(answers) == [["Fuel"], []]
