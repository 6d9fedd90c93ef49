import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mlmodels.domain import features
from mlmodels.domain.features import FEATURE_NAMES, FEATURE_VERSION, HASHED_COLUMNS, NUMBERS, featurise
from mlmodels.domain.golden import golden_examples
from mlmodels.domain.types import Example
from tests.examples import make_example

GOLDEN = Path(__file__).with_name("features_golden.json")


def as_rows(examples: list[Example]) -> list[dict[str, list[float]]]:
    made = featurise(examples)
    hashed = made.hashed
    return [
        {
            "columns": hashed.indices[hashed.indptr[row] : hashed.indptr[row + 1]].tolist(),
            "values": hashed.data[hashed.indptr[row] : hashed.indptr[row + 1]].tolist(),
            "numbers": made.numbers[row].tolist(),
        }
        for row in range(len(examples))
    ]


def test_featurise__golden_examples__never_change_within_a_feature_version() -> None:
    golden = json.loads(GOLDEN.read_text())

    # Red: served features differ from those that stored models were trained on. Raise FEATURE_VERSION.
    assert golden["feature_version"] == FEATURE_VERSION
    assert golden["feature_names"] == list(FEATURE_NAMES)
    assert as_rows(golden_examples()[:12]) == golden["rows"]


def test_featurise__another_process_and_hash_seed__same_columns() -> None:
    code = (
        "from mlmodels.domain.features import featurise\n"
        "from mlmodels.domain.golden import golden_examples\n"
        "print(featurise(golden_examples()).hashed.indices.tolist())"
    )

    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "4711"},
        capture_output=True,
        check=True,
        text=True,
    )

    assert json.loads(other.stdout) == featurise(golden_examples()).hashed.indices.tolist()


def test_featurise__one_at_a_time_or_all_at_once__same_rows() -> None:
    examples = golden_examples()

    together = as_rows(examples)
    features.clear_cache()
    one_by_one = [as_rows([example])[0] for example in examples]

    assert one_by_one == together


def test_featurise__nothing__no_rows() -> None:
    made = featurise([])

    assert made.hashed.shape == (0, HASHED_COLUMNS)
    assert made.numbers.shape == (0, len(NUMBERS))


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"amount": float("nan")}, id="nan"),
        pytest.param({"amount": float("inf")}, id="infinite"),
        pytest.param({"amount": -1e308}, id="huge"),
        pytest.param({"amount": 0.0}, id="zero"),
        pytest.param({"description": "", "memo": "", "user_key": ""}, id="no-text-at-all"),
        pytest.param({"description": "\ud800\x00" * 300}, id="surrogates"),
        pytest.param({"description": "x" * 100_000, "memo": "y " * 50_000}, id="very-long"),
        pytest.param({"date": date.min}, id="first-day"),
        pytest.param({"date": date.max}, id="last-day"),
    ],
)
def test_featurise__awkward_example__finite_and_within_the_columns(overrides: dict[str, object]) -> None:
    made = featurise([make_example(**overrides)])

    assert np.isfinite(made.hashed.data).all()
    assert np.isfinite(made.numbers).all()
    assert made.hashed.indices.max(initial=0) < HASHED_COLUMNS


def test_featurise__numbers__in_the_order_of_their_names() -> None:
    made = featurise([make_example(amount=np.e - 1, date=date(2026, 3, 5))])

    assert NUMBERS == ("log_amount", "is_money_in", "day_of_month", "weekday")
    assert made.numbers[0].tolist() == pytest.approx([1.0, 1.0, 5.0, 3.0])


def test_featurise__same_merchant_other_user__differs_only_in_the_user_block() -> None:
    alice, bob, nobody = (make_example(user_key=key) for key in ("1:alice", "1:bob", ""))

    rows = [set(row["columns"]) for row in as_rows([alice, bob, nobody])]

    assert rows[0] != rows[1]
    assert rows[0] & rows[1] >= rows[2]
    assert len(rows[0] - rows[2]) == 3


def test_featurise__currency__is_no_feature() -> None:
    assert as_rows([make_example(currency="CAD")]) == as_rows([make_example(currency="EUR")])
