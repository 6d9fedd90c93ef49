from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from prometheus_client.registry import CollectorRegistry

from mlmodels import services
from mlmodels.models import ModelVersion, TrainingRun
from mlmodels.training import runs, trainer
from mlmodels.versions.registry import promote

MakeVersion = Callable[..., ModelVersion]


@pytest.fixture
def sample() -> Callable[..., float | None]:
    registry = CollectorRegistry()
    registry.register(services.metrics_collector())
    return lambda name, **labels: registry.get_sample_value(name, labels)


@pytest.mark.django_db
def test_collector__nothing_trained__every_status_at_zero_and_no_figure(sample: Any) -> None:
    assert [sample("lm_ml_train_runs_total", status=status) for status in TrainingRun.Status.values] == [
        0.0
    ] * 5
    assert sample("lm_ml_train_val_f1_macro") is None
    assert sample("lm_ml_train_last_success_timestamp_seconds") is None


@pytest.mark.django_db(transaction=True)
def test_collector__one_success_one_failure__counts_figures_and_champion(sample: Any, settings: Any) -> None:
    version = trainer.execute(services.request_run(services.RunRequest()).pk, lambda _stage, _share: None)
    settings.MLMODELS_MIN_TRAINING_EXAMPLES = 10_000
    trainer.execute(services.request_run(services.RunRequest()).pk, lambda _stage, _share: None)

    assert version is not None
    assert sample("lm_ml_train_runs_total", status="succeeded") == 1
    assert sample("lm_ml_train_runs_total", status="failed") == 1
    assert sample("lm_ml_train_val_f1_macro") == version.metrics["val_f1_macro"]
    assert sample("lm_ml_model_val_f1_macro", version=str(version.pk)) == version.metrics["val_f1_macro"]
    assert sample("lm_ml_model_info", version=str(version.pk)) == 1
    finished_at = TrainingRun.objects.get(status="succeeded").finished_at
    assert finished_at is not None
    assert sample("lm_ml_train_last_success_timestamp_seconds") == pytest.approx(finished_at.timestamp())


@pytest.mark.django_db
def test_collector__many_versions__twenty_series(make_version: MakeVersion, sample: Any) -> None:
    versions = [make_version() for _ in range(22)]
    promote(versions[0].pk, by=None, reason="for a test")

    shown = [sample("lm_ml_model_val_f1_macro", version=str(version.pk)) is not None for version in versions]

    assert shown == [False] * 2 + [True] * 20
    assert sample("lm_ml_model_info", version=str(versions[0].pk)) == 1


def test_collector__database_gone__an_empty_scrape(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(TrainingRun.objects, "order_by", gone)

    assert list(services.metrics_collector().collect()) == []


@pytest.mark.django_db
def test_collector__requested_run__queued(sample: Any) -> None:
    held = runs.claim(services.request_run(services.RunRequest()).pk)

    assert held is not None
    assert sample("lm_ml_train_runs_total", status="running") == 1
