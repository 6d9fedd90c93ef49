import pytest

from bench.contender import Row
from bench.memory import SCHEMES, Memory, MemoryFirst, Scripted
from mlmodels.domain.types import Prediction
from tests.examples import make_labelled


def bought(category: str, merchant: str = "SHELL", user: str = "anna") -> Row:
    return make_labelled(category, description=merchant, user_key=user)


PAST = [
    *(bought("Fuel") for _ in range(2)),
    bought("Snacks"),
    *(bought("Travel", user="bert") for _ in range(4)),
    bought("Gifts", user="bert"),
]


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        pytest.param("no memory", None, id="none"),
        pytest.param("user × merchant, last", "Snacks", id="own-last"),
        pytest.param("user × merchant, most frequent", "Fuel", id="own-most-frequent"),
        pytest.param("merchant, last", "Gifts", id="everybodys-last"),
        pytest.param("merchant, most frequent", "Travel", id="everybodys-most-frequent"),
        pytest.param("user × merchant, then merchant, most frequent", "Fuel", id="own-before-everybodys"),
    ],
)
def test_schemes__annas_merchant__recalled(scheme: str, expected: str | None) -> None:
    memory = Memory()
    memory.learn(PAST)

    found = SCHEMES[scheme](memory, bought("", "SHELL #12"))

    assert (found.category if found else None) == expected


def test_schemes__a_merchant_new_to_the_user__the_others_answer() -> None:
    memory = Memory()
    memory.learn(PAST)

    found = SCHEMES["user × merchant, then merchant, most frequent"](memory, bought("", user="carl"))

    assert found == Prediction("Travel", 5 / 10)


def test_memory_first__known_merchant__in_front_and_not_twice() -> None:
    inner = Scripted([[Prediction("Travel", 0.6), Prediction("Fuel", 0.3)]])
    contender = MemoryFirst(inner, SCHEMES["user × merchant, most frequent"])
    contender.fit([bought("Fuel")])

    answers = contender.answer([bought("")])

    assert [one.category for one in answers[0]] == ["Fuel", "Travel"]


def test_memory_first__unknown_merchant__the_contenders_answer() -> None:
    script = [[Prediction("Travel", 0.6)]]
    contender = MemoryFirst(Scripted(script), SCHEMES["merchant, last"])
    contender.fit([bought("Fuel")])

    assert contender.answer([bought("", "ESSO")]) == script


def test_memory_first__fitted_again__forgets() -> None:
    contender = MemoryFirst(Scripted([[], []]), SCHEMES["merchant, last"])
    contender.fit([bought("Fuel")])

    contender.fit([bought("Travel", "ESSO")])

    assert contender.answer([bought("")]) == [[]]


def test_scripted__asked_in_parts__goes_on_where_it_stopped() -> None:
    script = [[Prediction(category, 1.0)] for category in "abc"]
    contender = Scripted(script)

    assert contender.answer([bought("")] * 2) == script[:2]
    assert contender.answer([bought("")]) == script[2:]
