import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.columns import coded
from mlmodels.domain.features import FEATURE_VERSION, Tokens, count_tokens, inverse_document_frequencies
from mlmodels.domain.golden import golden_examples
from mlmodels.domain.text.hashing import COLUMNS
from mlmodels.domain.types import Example
from tests.examples import make_example

GOLDEN = Path(__file__).with_name("features_golden.json")
EVEN = np.ones(COLUMNS, np.float32)


def tokens_of(*examples: Example) -> Tokens:
    return count_tokens(
        coded(example.description for example in examples),
        coded(example.memo for example in examples),
        coded(example.user_key for example in examples),
        [example.amount for example in examples],
    )


def as_rows(*examples: Example) -> list[dict[str, list[float]]]:
    rows = tokens_of(*examples).weigh(EVEN).rows(slice(None))
    rows.sort_indices()
    return [
        {"columns": row.indices.tolist(), "values": [round(float(value), 5) for value in row.data]}
        for row in rows
    ]


def test_tokens__golden_examples__never_change_within_a_feature_version() -> None:
    golden = json.loads(GOLDEN.read_text())

    # Red: served features differ from those that stored models were trained on. Raise FEATURE_VERSION.
    assert golden["feature_version"] == FEATURE_VERSION
    assert golden["feature_names"] == list(FEATURE_NAMES)
    assert as_rows(*golden_examples()[:12]) == golden["rows"]


def test_tokens__another_process_and_hash_seed__same_columns() -> None:
    code = (
        "from mlmodels.domain.golden import golden_examples\n"
        "from tests.unit.mlmodels.test_features import as_rows\n"
        "import json; print(json.dumps(as_rows(*golden_examples())))"
    )

    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "4711"},
        capture_output=True,
        check=True,
        text=True,
    )

    assert json.loads(other.stdout) == as_rows(*golden_examples())


def test_tokens__one_at_a_time_or_all_at_once__same_rows() -> None:
    examples = golden_examples()

    assert [as_rows(example)[0] for example in examples] == as_rows(*examples)


def test_tokens__nothing__no_rows() -> None:
    assert tokens_of().weigh(EVEN).rows(slice(None)).shape == (0, COLUMNS)


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"amount": float("nan")}, id="nan"),
        pytest.param({"amount": float("inf")}, id="infinite"),
        pytest.param({"amount": -1e308}, id="huge"),
        pytest.param({"description": "", "memo": "", "user_key": ""}, id="no-text-at-all"),
        pytest.param({"description": "\ud800\x00\n" * 300}, id="surrogates-and-line-ends"),
        pytest.param({"description": "x" * 100_000, "memo": "y " * 50_000}, id="very-long"),
        pytest.param({"description": "-- -- --"}, id="no-word"),
    ],
)
def test_tokens__awkward_example__finite_and_within_the_columns(overrides: dict[str, object]) -> None:
    rows = tokens_of(make_example(**overrides), make_example()).weigh(EVEN).rows(slice(None))

    assert np.isfinite(rows.data).all()
    assert rows.indices.max() < COLUMNS
    assert (rows[1] != tokens_of(make_example()).weigh(EVEN).rows(slice(None))[0]).nnz == 0


def test_tokens__another_user_or_amount__differs_in_one_column_each() -> None:
    alice, bob, rich = make_example(), make_example(user_key="1:bob"), make_example(amount=-900.0)

    rows = [set(row["columns"]) for row in as_rows(alice, bob, rich)]

    assert [len(rows[0] ^ other) for other in rows[1:]] == [2, 2]


def test_tokens__same_words_as_memo__are_others() -> None:
    description, memo = (
        set(as_rows(make_example(description="rent", memo=""))[0]["columns"]),
        set(as_rows(make_example(description="", memo="rent"))[0]["columns"]),
    )

    assert len(description & memo) == 2  # the user and the amount


def test_tokens__currency__is_no_feature() -> None:
    assert as_rows(make_example(currency="CAD")) == as_rows(make_example(currency="EUR"))


def test_inverse_document_frequencies__rare_and_frequent__by_hand() -> None:
    idf = inverse_document_frequencies(np.array([0.0, 9.0, 99.0]), 99)

    assert idf == pytest.approx([np.log(100) + 1, np.log(10) + 1, 1.0], rel=1e-3)


def test_document_frequencies__texts_that_repeat__count_rows() -> None:
    tokens = tokens_of(*[make_example(description="rent")] * 3, make_example(description="fuel"))

    frequencies = tokens.document_frequencies(np.arange(4))

    assert sorted(set(frequencies.tolist())) == [0.0, 1.0, 3.0]
