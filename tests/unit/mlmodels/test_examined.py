from datetime import date

import pytest

from mlmodels.domain.evaluation.examined import DataFacts, examine
from mlmodels.domain.table import read_table
from tests.examples import make_labelled


def test_examine__no_examples__knows_nothing() -> None:
    assert examine(read_table([]), known_until=date(2026, 3, 1)) == DataFacts()


@pytest.mark.parametrize(
    ("category", "text", "is_spelled_out"),
    [
        pytest.param("Eating out", {"memo": "category: EATING OUT"}, True, id="in the memo"),
        pytest.param("Rent", {"description": "rent march"}, True, id="in the description"),
        pytest.param("Rent", {"description": "CURRENT ACCOUNT"}, False, id="within a word"),
        pytest.param("Eating out", {"memo": "out eating"}, False, id="in another order"),
        pytest.param("§", {"memo": "§"}, False, id="no word in it"),
    ],
)
def test_examine__category_in_the_text__counted(
    category: str, text: dict[str, str], is_spelled_out: bool
) -> None:
    examples = [make_labelled(category, **text), make_labelled("Other")]

    assert examine(read_table(examples), known_until=None).spelled_out == (0.5 if is_spelled_out else 0.0)


@pytest.mark.parametrize(
    ("known_until", "age"),
    [
        pytest.param(date(2026, 3, 11), 10, id="newer transactions"),
        pytest.param(date(2026, 2, 1), 0, id="none newer"),
        pytest.param(None, None, id="not known"),
    ],
)
def test_examine__newest_transaction__says_how_old_the_examples_are(
    known_until: date | None, age: int | None
) -> None:
    examples = [make_labelled("Rent", date=date(2026, 3, 1)), make_labelled("Rent", date=date(2026, 1, 1))]

    assert examine(read_table(examples), known_until=known_until).age_days == age
