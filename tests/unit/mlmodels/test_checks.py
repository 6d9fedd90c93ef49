from typing import Any

import pytest
from django.core.checks import WARNING, run_checks

from mlmodels import checks
from tests.examples import SOURCE


def own_ids() -> list[str]:
    return [message.id for message in run_checks() if message.id and message.id.startswith("mlmodels.")]


def test_checks__default_settings__silent(settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE

    assert own_ids() == []


def test_checks__address_of_a_scheduler__silent(settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE
    settings.MLMODELS_DASK_SCHEDULER = "tls://scheduler.internal:8786"

    assert own_ids() == []


def test_checks__scheduler_without_its_packages__named(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE
    settings.MLMODELS_DASK_SCHEDULER = "tcp://scheduler:8786"
    monkeypatch.setattr(checks, "PACKAGES", ("numpy", "no_such_package"))

    (message,) = (one for one in run_checks() if one.id == "mlmodels.E012")

    assert "no_such_package cannot be imported" in message.msg
    assert "numpy" not in message.msg
    assert "requirements-dask.txt" in str(message.hint)


@pytest.mark.parametrize("value", ["never", "first"])
def test_checks__variable_of_an_older_release__warned_of_with_the_one_in_its_place(
    value: str, settings: Any
) -> None:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE
    settings.MLMODELS_AUTO_PROMOTE = value

    (message,) = (one for one in run_checks() if one.id == "mlmodels.W001")

    assert message.level == WARNING
    assert repr(value) in message.msg
    assert "set MLMODELS_AFTER_PASSING" in str(message.hint)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("MLMODELS_TRAINING_SOURCE", "nowhere.at_all", "mlmodels.E001", id="source-missing"),
        pytest.param("MLMODELS_TRAINING_SOURCE", "no_dots", "mlmodels.E001", id="source-no-path"),
        pytest.param(
            "MLMODELS_TRAINING_SOURCE", "tests.examples.SOURCE", "mlmodels.E001", id="source-no-function"
        ),
        pytest.param("MLMODELS_AFTER_PASSING", "always", "mlmodels.E002", id="after-passing"),
        pytest.param("MLMODELS_LEASE_SECONDS", 9, "mlmodels.E003", id="lease-too-short"),
        pytest.param("MLMODELS_LEASE_SECONDS", 3_601, "mlmodels.E003", id="lease-too-long"),
        pytest.param("MLMODELS_TRAINING_THREADS", 0, "mlmodels.E004", id="no-thread"),
        pytest.param("MLMODELS_DASK_SCHEDULER", "scheduler:8786", "mlmodels.E011", id="no-protocol"),
        pytest.param("MLMODELS_DASK_SCHEDULER", "tcp://scheduler", "mlmodels.E011", id="no-port"),
        pytest.param("MLMODELS_MIN_TRAINING_EXAMPLES", 19, "mlmodels.E005", id="too-few-examples"),
        pytest.param("MLMODELS_GATE_MIN_F1_MACRO", 72.0, "mlmodels.E006", id="f1-in-percent"),
        pytest.param("MLMODELS_GATE_MIN_CATEGORY_F1", -0.1, "mlmodels.E006", id="category-f1-below-0"),
        pytest.param("MLMODELS_GATE_F1_MARGIN", 1.0, "mlmodels.E006", id="f1-margin-of-everything"),
        pytest.param("MLMODELS_GATE_MAX_AGE_DAYS", -1, "mlmodels.E007", id="negative-age"),
        pytest.param("MLMODELS_ACTIVITY_SOURCE", "nowhere.at_all", "mlmodels.E001", id="activity-missing"),
        pytest.param("MLMODELS_TRAIN_AFTER_LABELS", -1, "mlmodels.E009", id="negative-labels"),
        pytest.param("MLMODELS_DRIFT_SOURCE", "nowhere.at_all", "mlmodels.E001", id="drift-missing"),
        pytest.param("MLMODELS_DRIFT_TOLERANCE", 2.0, "mlmodels.E010", id="tolerance-in-percent"),
        pytest.param("MLMODELS_KEEP_VERSIONS", 0, "mlmodels.E008", id="keep-nothing"),
    ],
)
def test_checks__wrong_setting__its_own_id(name: str, value: object, expected: str, settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE
    setattr(settings, name, value)

    assert own_ids() == [expected]
