"""What a search costs, whatever the rules and the text are."""

import signal
from collections.abc import Callable, Iterator

import pytest

from suggestions.domain.rules.engine import RuleEngine, check_pattern
from tests.rule_specs import make_input
from tests.rule_specs import make_spec as make_rule


@pytest.fixture
def given_up_after_cpu_seconds() -> Iterator[Callable[[int], None]]:
    def give_up(_signal: int, _frame: object) -> None:
        pytest.fail("was still searching")

    def set_alarm(seconds: int) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)

    before = signal.signal(signal.SIGVTALRM, give_up)
    yield set_alarm
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


HOSTILE = [
    r"(x+x+)+y",
    r"(.*a){20}z",
    r"[ab]*a[ab]{500}c",
    r"(a?){90}a{90}",
    r"(\w+\s?){0,100}!!",
    r"(a|a)*b",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_candidates__hostile_pattern_and_text__come_to_an_end(
    pattern: str, given_up_after_cpu_seconds: Callable[[int], None]
) -> None:
    check_pattern("re2", pattern)
    engine = RuleEngine([make_rule(kind="re2", pattern=pattern), make_rule(id=2, pattern="a " * 99 + "b")])
    texts = ["x" * 100_000, "ab" * 50_000, "a " * 50_000, "é" * 100_000, "'" * 100_000]

    given_up_after_cpu_seconds(60)  # an engine that goes back and tries again takes years
    for text in texts:
        assert len(engine.candidates(make_input(text), top_k=3)) <= 1


class CountingKey(str):
    """A merchant's key that counts what it is compared with."""

    comparisons = 0

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        self.comparisons += 1
        return super().__eq__(other)


def test_candidates__twenty_thousand_merchants__one_of_them_is_looked_at() -> None:
    merchants = [
        make_rule(id=n, kind="merchant", pattern=f"shop {to_letters(n)}", category=str(n))
        for n in range(20_000)
    ]
    key = CountingKey(f"shop {to_letters(7)}")

    found = RuleEngine(merchants).candidates(make_input("SHOP", merchant=key), top_k=3)

    assert [candidate.category for candidate in found] == ["7"]
    assert 0 < key.comparisons < 10


def to_letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")
