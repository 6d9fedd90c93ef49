import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from mlmodels.domain.history import History
from mlmodels.domain.table import read_table
from mlmodels.domain.types import LabelledExample
from mlmodels.learning import material
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.measuring import Champion
from mlmodels.learning.options import TrainingImpossible, TrainingOptions
from mlmodels.learning.training import TrainedModel, train
from tests.examples import MERCHANTS, make_example, make_labelled, synthetic_examples
from tests.unit.mlmodels.conftest import OPTIONS


def quietly(_stage: str, _share: float) -> None:
    return


def test_train__learnable_examples__good_on_the_newest_and_promotable(trained: TrainedModel) -> None:
    assert trained.metrics["val_accuracy"] > 0.95
    assert trained.metrics["val_f1_macro"] > 0.95
    assert trained.metrics["train_size"] + trained.metrics["val_size"] == 600
    assert trained.metrics["val_size"] == pytest.approx(120, abs=5)
    assert trained.labels == tuple(sorted(MERCHANTS))
    assert trained.gate.passed


def test_train__learnable_examples__answers_by_text_and_sign(trained: TrainedModel) -> None:
    estimator = open_artifact(trained.artifact.data, trained.artifact.sha256).estimator()
    asked = [
        make_example(description="pizzeria roma 99"),
        make_example(description="PAYROLL ACME LTD", amount=2_500.0),
    ]

    answers = estimator.predict(asked, History.nothing(2), categories=None, top_k=3)

    assert [ranked[0].category for ranked in answers] == ["Restaurants", "Salary"]


def test_train__same_examples_and_seed_in_another_process__same_sha256(trained: TrainedModel) -> None:
    code = (
        "from mlmodels.learning.training import train\n"
        "from mlmodels.learning.options import TrainingOptions\n"
        "from tests.examples import synthetic_examples\n"
        "options = TrainingOptions(minimum_examples=100, threads=1)\n"
        "model = train(synthetic_examples(), options, lambda *_: None)\n"
        "print(model.artifact.sha256, model.data_fingerprint)"
    )

    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert other.stdout.split() == [trained.artifact.sha256, trained.data_fingerprint]


def test_train__another_seed__another_sha256(trained: TrainedModel) -> None:
    other = train(
        synthetic_examples(), TrainingOptions(minimum_examples=100, threads=1, seed=2), lambda _s, _f: None
    )

    assert other.artifact.sha256 != trained.artifact.sha256
    assert other.data_fingerprint == trained.data_fingerprint


def test_train__a_category_only_in_the_hold_out__found_by_history_there_and_learned_for_serving() -> None:
    newest = [
        make_labelled("Brand new", description="NEW SHOP", date=date(2026, 1, day)) for day in range(1, 11)
    ]

    model = train([*synthetic_examples(), *newest], OPTIONS, quietly)

    # Its first labels reach the history a day later, with no training between.
    assert 0.0 < model.metrics["val_f1_per_class"]["Brand new"] < 1.0
    assert min(f1 for label, f1 in model.metrics["val_f1_per_class"].items() if label != "Brand new") > 0.8
    assert "Brand new" in model.labels
    assert model.gate.passed


def test_train__a_category_only_in_the_past__no_part_of_macro_f1() -> None:
    oldest = [make_labelled("Gone", description="GONE SHOP", date=date(2024, 1, day)) for day in range(1, 11)]

    model = train([*oldest, *synthetic_examples()], OPTIONS, quietly)

    assert "Gone" not in model.metrics["val_f1_per_class"]
    assert "Gone" in model.labels
    assert model.gate.passed


def test_train__a_category_with_one_example__left_out() -> None:
    rare = make_labelled("Rare", date=date(2025, 3, 1))

    model = train([*synthetic_examples(), rare], OPTIONS, quietly)

    assert "Rare" not in model.labels
    assert model.metrics["left_out_categories"] == 1
    assert model.metrics["refit_size"] == 601
    assert model.metrics["trained_from"] == "2025-01-01"
    counted = model.metrics["examples_per_class"]
    assert (counted["Rare"], sum(counted.values())) == (1, 601)


def test_train__unusable_examples__counted_and_left_out(trained: TrainedModel) -> None:
    unusable = [
        make_labelled("Groceries", amount=float("nan")),
        make_labelled("Groceries", weight=0.0),
        make_labelled("Groceries", weight=float("inf")),
        make_labelled(""),
    ]

    model = train([*unusable, *synthetic_examples()], OPTIONS, quietly)

    assert model.metrics["unusable_examples"] == 4
    assert model.artifact.sha256 == trained.artifact.sha256


@pytest.mark.parametrize(
    ("examples", "code"),
    [
        pytest.param([], "insufficient_data", id="none"),
        pytest.param(synthetic_examples()[:99], "insufficient_data", id="one-too-few"),
        pytest.param(
            [make_labelled("Groceries", amount=float("nan"))] * 200,
            "insufficient_data",
            id="no-finite-amount",
        ),
        pytest.param([make_labelled("Groceries")] * 200, "one_category", id="one-category"),
        pytest.param(
            [make_labelled("Groceries")] * 200 + [make_labelled("Salary")] * 4,
            "one_category",
            id="one-and-a-rare-one",
        ),
        pytest.param(
            [make_labelled("Groceries")] * 200 + [make_labelled("Salary", date=date(2026, 9, 9))] * 50,
            "one_category",
            id="the-second-only-in-the-hold-out",
        ),
        pytest.param(
            [make_labelled(f"c{row}") for row in range(200)], "one_category", id="every-row-its-own"
        ),
    ],
)
def test_train__no_model_possible__says_why(examples: list[LabelledExample], code: str) -> None:
    with pytest.raises(TrainingImpossible) as refused:
        train(examples, OPTIONS, quietly)

    assert refused.value.code == code
    assert refused.value.detail


def test_train__all_on_one_day__still_measured() -> None:
    day = date(2026, 1, 1)
    examples = [row._replace(example=row.example._replace(date=day)) for row in synthetic_examples()]

    assert train(examples, OPTIONS, quietly).metrics["val_size"] == 120


def test_train__examples_out_of_order__measured_on_the_newest() -> None:
    model = train(reversed(synthetic_examples()), OPTIONS, quietly)

    assert model.metrics["val_from"] > "2025-10-01"


def test_train__progress__never_falls_and_names_the_stages() -> None:
    seen: list[tuple[str, float]] = []

    train(synthetic_examples(), OPTIONS, lambda stage, share: seen.append((stage, share)))

    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] <= 1
    stages = list(dict.fromkeys(stage for stage, _ in seen))
    assert stages == ["reading", "preparing", "learning", "searching", "evaluating", "fitting", "sealing"]


def test_table_fingerprint__any_part_changed__another() -> None:
    first = make_labelled("Groceries")
    others = [
        make_labelled("Salary"),
        make_labelled("Groceries", baseline="Salary"),
        make_labelled("Groceries", memo="x"),
        make_labelled("Groceries", date=date(2026, 3, 2)),
        make_labelled("Groceries", user_key="2:user-1"),
    ]

    digests = {read_table([row]).fingerprint() for row in [first, *others]}

    assert len(digests) == 6
    assert (
        read_table([first, first._replace(weight=0.5)]).fingerprint() != read_table([first] * 2).fingerprint()
    )
    assert read_table([first, others[0]]).fingerprint() != read_table([others[0], first]).fingerprint()


@pytest.fixture(scope="module")
def champion() -> Champion:
    model = train(synthetic_examples()[:420], OPTIONS, quietly)
    estimator = open_artifact(model.artifact.data, model.artifact.sha256).estimator()
    return Champion(estimator, date.fromisoformat(model.metrics["trained_to"]))


def test_train__a_champion__compared_on_the_rows_it_has_not_learned(
    champion: Champion, trained: TrainedModel
) -> None:
    model = train(synthetic_examples(), OPTIONS, quietly, champion)

    assert model.metrics["val_champion_rows"] == model.metrics["val_size"]
    assert model.metrics["val_champion_accuracy"] > 0.95
    assert model.metrics["val_accuracy_on_champion_rows"] == model.metrics["val_accuracy"]
    assert model.gate.passed
    assert model.artifact == trained.artifact  # the comparison leaves no trace in the model


def test_train__a_champion_of_yesterday__not_compared(champion: Champion) -> None:
    newest = max(labelled.example.date for labelled in synthetic_examples())

    model = train(synthetic_examples(), OPTIONS, quietly, replace(champion, trained_to=newest))

    assert model.metrics["val_champion_rows"] == 0
    assert model.metrics["val_champion_accuracy"] is None
    assert model.gate.passed


def test_train__a_champion_of_other_categories__could_not_be_asked(champion: Champion) -> None:
    renamed = [one._replace(category=f"new {one.category}") for one in synthetic_examples()]

    model = train(renamed, OPTIONS, quietly, champion)

    assert model.metrics["val_champion_rows"] == 0
    assert model.metrics["val_champion_accuracy"] is None
    details = {one.name: one.detail for one in model.gate.conditions}
    assert "the champion could not be asked" in details["not_below_champion"]
    assert model.gate.passed


def test_train__a_champion_of_one_category_in_common__asked(champion: Champion) -> None:
    common = "Groceries"
    renamed = [
        one if one.category == common else one._replace(category=f"new {one.category}")
        for one in synthetic_examples()
    ]

    model = train(renamed, OPTIONS, quietly, champion)

    assert model.metrics["val_champion_rows"] == model.metrics["val_size"]
    assert model.metrics["val_champion_accuracy"] > 0


def test_train__learned_from_labels_that_were_wrong_until_lately__refused(champion: Champion) -> None:
    examples = synthetic_examples()
    others = dict(zip(MERCHANTS, [*MERCHANTS][1:] + [*MERCHANTS][:1], strict=True))
    wrong = [one._replace(category=others[one.category]) for one in examples[:480]] + examples[480:]

    model = train(wrong, OPTIONS, quietly, champion)

    assert "not_below_champion" in model.gate.failed_names


def test_train__more_held_out_rows_than_are_read_at_once__the_champion_is_right_as_often(
    champion: Champion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material, "ROWS_AT_ONCE", 50)

    model = train(synthetic_examples(), OPTIONS, quietly, champion)

    assert model.metrics["val_champion_accuracy"] > 0.95
