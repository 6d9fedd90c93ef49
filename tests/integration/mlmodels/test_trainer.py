from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mlmodels.learning import cluster
from mlmodels.models import ChampionChange, ModelVersion, TrainingRun
from mlmodels.training import runs, trainer
from mlmodels.training.runs import LeaseLost, RunRequest
from tests.registry_rows import make_champion, make_version

# Threads of their own extend the lease: they must see what the test has written.
pytestmark = pytest.mark.django_db(transaction=True)


def quietly(_stage: str, _share: float) -> None:
    return


def queued(**values: Any) -> TrainingRun:
    return runs.request_run(RunRequest(**values))


def test_execute__good_examples__succeeded_validated_and_first_champion() -> None:
    run = queued()

    version = trainer.execute(run.pk, quietly)

    run.refresh_from_db()
    assert (run.status, run.progress, run.failure_code) == ("succeeded", 100, "")
    assert version is not None
    version = ModelVersion.objects.get(pk=version.pk)
    assert version.training_run == run
    assert version.status == "champion"
    assert ChampionChange.objects.get().reason == trainer.FIRST_PROMOTION_REASON


def test_execute__there_is_a_champion__a_candidate() -> None:
    trainer.execute(queued().pk, quietly)

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert ModelVersion.objects.get(pk=version.pk).status == "candidate"
    assert ModelVersion.objects.filter(status="champion").count() == 1


def test_execute__there_is_a_champion_of_older_labels__compared_with_it() -> None:
    first = trainer.execute(queued().pk, quietly)
    assert first is not None
    older = first.metrics | {"trained_to": first.metrics["val_from"]}
    ModelVersion.objects.filter(pk=first.pk).update(metrics=older)

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert 100 < version.metrics["val_champion_rows"] < version.metrics["val_size"]
    assert version.metrics["val_champion_accuracy"] > 0.9


def test_execute__the_champion_learned_a_slip_of_a_date__compared_from_the_day_of_its_training() -> None:
    first = trainer.execute(queued().pk, quietly)
    assert first is not None
    slip = first.metrics | {"trained_to": "2099-01-01"}
    trained_at = datetime.fromisoformat(first.metrics["val_from"]).replace(tzinfo=UTC)
    ModelVersion.objects.filter(pk=first.pk).update(metrics=slip, trained_at=trained_at)

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert version.metrics["val_champion_rows"] > 100


@pytest.mark.parametrize(
    "damage",
    [pytest.param({"artifact": b"{}"}, id="its bytes"), pytest.param({"metrics": {}}, id="its figures")],
)
def test_execute__the_champion_cannot_be_asked__trained_without_comparison(damage: dict[str, Any]) -> None:
    first = trainer.execute(queued().pk, quietly)
    assert first is not None
    ModelVersion.objects.filter(pk=first.pk).update(**damage)

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert version.metrics["val_champion_rows"] == 0
    assert version.gate["passed"]


def test_execute__promotion_by_hand_only__a_candidate(settings: Any) -> None:
    settings.MLMODELS_AFTER_PASSING = "candidate"

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert version.status == "candidate"


@pytest.mark.parametrize("champions", [0, 1])
def test_execute__policy_of_challengers__challenger_and_the_older_one_a_candidate(
    settings: Any, champions: int
) -> None:
    for _ in range(champions):
        make_champion()
    settings.MLMODELS_AFTER_PASSING = "challenger"
    older = make_version(status="challenger")

    version = trainer.execute(queued().pk, quietly)

    older.refresh_from_db()
    assert version is not None
    assert (version.status, older.status) == ("challenger", "candidate")
    assert ModelVersion.objects.filter(status="champion").count() == champions


def test_execute__policy_of_challengers_but_refused__rejected(settings: Any) -> None:
    settings.MLMODELS_AFTER_PASSING = "challenger"
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.labels_at_random"

    version = trainer.execute(queued().pk, quietly)

    assert version is not None
    assert version.status == "rejected"


def test_execute__transactions_long_after_the_newest_label__refused_as_stale(settings: Any) -> None:
    settings.MLMODELS_ACTIVITY_SOURCE = "tests.examples.a_transaction_years_later"
    run = queued()

    version = trainer.execute(run.pk, quietly)

    run.refresh_from_db()
    assert version is not None
    assert version.status == "rejected"
    assert run.failure_detail.startswith("gate: fresh: the newest example is")


def test_execute__any_run__logged_with_ids_and_the_conditions_that_failed(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.labels_at_random"
    run = queued()

    with caplog.at_level("INFO", logger="mlmodels.training.trainer"):
        version = trainer.execute(run.pk, quietly)

    assert version is not None
    events = [record.msg for record in caplog.records if record.name == "mlmodels.training.trainer"]
    assert [event["event"] for event in events] == ["training_run.started", "training_run.ended"]
    assert (events[1]["run_id"], events[1]["version"]) == (run.pk, version.pk)
    assert "f1_macro" in events[1]["failed"]


def test_execute__more_versions_than_are_kept__the_oldest_loses_its_bytes(settings: Any) -> None:
    settings.MLMODELS_KEEP_VERSIONS = 1
    settings.MLMODELS_AFTER_PASSING = "candidate"
    old = make_version()

    version = trainer.execute(queued().pk, quietly)

    old.refresh_from_db()
    assert version is not None
    assert (old.size_bytes, version.size_bytes > 0) == (0, True)


def test_execute__limit__learns_from_the_newest_only() -> None:
    version = trainer.execute(queued(limit=200).pk, quietly)

    assert version is not None
    assert version.metrics["train_size"] + version.metrics["val_size"] == 200


def test_execute__worse_than_the_baseline__rejected_with_the_gate_and_never_champion(settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.labels_at_random"
    run = queued()

    version = trainer.execute(run.pk, quietly)

    run.refresh_from_db()
    assert (run.status, run.failure_code) == ("rejected", "gate")
    assert "not_below_baseline: right in" in run.failure_detail
    assert version is not None
    assert version.status == "rejected"
    assert version.gate["passed"] is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"MLMODELS_MIN_TRAINING_EXAMPLES": 601}, "insufficient_data", id="too-few"),
        pytest.param(
            {"MLMODELS_TRAINING_SOURCE": "tests.examples.one_category_only"},
            "one_category",
            id="one-category",
        ),
    ],
)
def test_execute__no_model_possible__failed_with_its_code(
    changes: dict[str, Any], code: str, settings: Any
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    run = queued()

    assert trainer.execute(run.pk, quietly) is None

    run.refresh_from_db()
    assert (run.status, run.failure_code) == ("failed", code)
    assert ModelVersion.objects.count() == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of a connection that never was
def test_execute__cluster_that_does_not_answer__failed_before_anything_is_read(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    settings.MLMODELS_DASK_SCHEDULER = "tcp://127.0.0.1:9"
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.broken_source"
    run = queued()

    assert trainer.execute(run.pk, quietly) is None

    run.refresh_from_db()
    assert (run.status, run.failure_code) == ("failed", "no_cluster")
    assert run.failure_detail == "the Dask scheduler tcp://127.0.0.1:9 does not answer"


def test_execute__source_breaks__failed_without_its_words(settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.broken_source"
    run = queued()

    with pytest.raises(RuntimeError):
        trainer.execute(run.pk, quietly)

    run.refresh_from_db()
    assert (run.status, run.failure_code) == ("failed", "error")
    assert "somebody" not in run.failure_detail


def test_execute__interrupted__queued_for_another() -> None:
    run = queued()

    def interrupt(stage: str, _share: float) -> None:
        if stage == "fitting":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.execute(run.pk, interrupt)

    run.refresh_from_db()
    assert run.status == "queued"


def test_execute__second_wake_up__not_claimed() -> None:
    run = queued()
    runs.claim(run.pk)

    with pytest.raises(trainer.RunNotClaimed):
        trainer.execute(run.pk, quietly)


def test_execute__thawed_after_its_lease__registers_nothing() -> None:
    run = queued()

    def lose_the_lease(stage: str, _share: float) -> None:
        if stage == "registering":
            TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
            runs.sweep_lost_runs()
            runs.claim(run.pk)

    with pytest.raises(LeaseLost):
        trainer.execute(run.pk, lose_the_lease)

    run.refresh_from_db()
    assert (run.status, run.attempt) == ("running", 2)
    assert ModelVersion.objects.count() == 0


def test_execute__long_work__keeps_its_lease_and_reports(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MLMODELS_LEASE_SECONDS = 10
    monkeypatch.setattr(trainer, "HEARTBEATS_A_LEASE", 200)
    run = queued()
    leases = []
    reports = []

    def watch(_stage: str, _share: float) -> None:
        now = TrainingRun.objects.get(pk=run.pk)
        leases.append(now.lease_until)
        reports.append((now.stage, now.progress))

    trainer.execute(run.pk, watch)

    assert len(set(leases)) > 2
    assert leases == sorted(leases)
    assert {stage for stage, _ in reports} >= {"starting", "fitting"}
