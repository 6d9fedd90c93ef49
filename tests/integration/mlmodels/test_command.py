import json
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from mlmodels import services, tasks
from mlmodels.management import training
from mlmodels.models import ChampionChange, ModelVersion, TrainingRun
from mlmodels.training import run_log, runs, trainer
from tests.registry_rows import refused_by

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]


def models(*arguments: str) -> str:
    output = StringIO()
    call_command("models", *arguments, stdout=output)
    return output.getvalue()


def test_status__nothing_trained__says_what_to_do() -> None:
    assert "models train" in models("status")
    assert json.loads(models("status", "--json")) == {"available": False, "reason": "no_model"}


@pytest.mark.django_db(transaction=True)
def test_train__in_this_process__registers_promotes_and_reports() -> None:
    output = models("train", "--wait-in-process", "--limit", "400")

    version = ModelVersion.objects.get()
    assert f"v{version.pk} is champion" in output
    assert "training: fitting" in output
    assert version.metrics["refit_size"] == 400
    assert f"v{version.pk} answers" in models("status")
    assert json.loads(models("status", "--json"))["meta"]["version"] == version.pk


@pytest.mark.django_db(transaction=True)
def test_train__interrupted_run_in_the_queue__is_taken_up() -> None:
    run = services.request_run(services.RunRequest(kind="labels", reason="90 new labels so far"))

    output = models("train", "--wait-in-process")

    assert f"Training run {run.pk}, after new labels: 90 new labels so far." in output

    assert TrainingRun.objects.get().pk == run.pk
    assert TrainingRun.objects.get().status == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_train__too_few_examples__error_that_says_so(settings: Any) -> None:
    settings.MLMODELS_MIN_TRAINING_EXAMPLES = 10_000

    with pytest.raises(CommandError, match="600 labelled transactions"):
        models("train", "--wait-in-process")


@pytest.mark.django_db(transaction=True)
def test_train__below_the_gate__error_that_names_the_condition_and_the_ways_out(settings: Any) -> None:
    settings.MLMODELS_TRAINING_SOURCE = "tests.examples.labels_at_random"

    with pytest.raises(CommandError, match="rejected: gate") as refusal:
        models("train", "--wait-in-process")

    version = ModelVersion.objects.get()
    assert f"models card {version.pk}" in str(refusal.value)
    assert f"models promote {version.pk} --override-gate" in str(refusal.value)


def test_train__another_under_way__error_with_its_id() -> None:
    held = runs.claim(services.request_run(services.RunRequest()).pk)
    assert held is not None

    with pytest.raises(CommandError, match=f"Run {held.run_id} is not over"):
        models("train", "--wait-in-process")


@pytest.mark.parametrize("limit", ["0", "-3", "many", "2147483648", "99999999999999999999"])
def test_train__limit_that_makes_no_sense__error_that_says_what_does(limit: str) -> None:
    with pytest.raises(CommandError, match=r"limit: .* at least 1 and at most 2,147,483,647"):
        models("train", "--limit", limit)


def test_train__here_with_another_limit_than_the_queued_run__is_refused() -> None:
    run = services.request_run(services.RunRequest())

    with pytest.raises(CommandError, match=f"Run {run.pk} is queued already, for all examples"):
        models("train", "--wait-in-process", "--limit", "400")

    run.refresh_from_db()
    assert run.status == "queued"


@pytest.mark.django_db(transaction=True)
def test_train__followed__prints_each_line_of_the_log_once_and_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work(run_id: int) -> threading.Thread:
        worker = threading.Thread(target=trained_in_a_thread, args=(run_id,))
        worker.start()
        return worker

    def trained_in_a_thread(run_id: int) -> None:
        try:
            trainer.execute(run_id, lambda _stage, _share: None)
        finally:
            connection.close()

    monkeypatch.setattr(tasks, "publish", work)
    monkeypatch.setattr(training, "POLL_SECONDS", 0.05)

    output = models("train", "--wait", "--limit", "400")

    lines = [line.text for line in run_log.lines_after(TrainingRun.objects.get().pk)]
    assert lines[-1] == "The run has succeeded."
    assert [output.count(f"  {line}\n") for line in lines] == [1] * len(lines)
    assert output.splitlines()[-1].startswith(f"v{ModelVersion.objects.get().pk} is champion: accuracy")


def test_run_training__not_queued__says_so_and_is_no_error() -> None:
    held = runs.claim(services.request_run(services.RunRequest()).pk)
    assert held is not None

    assert "not queued" in models("run-training", str(held.run_id))


def test_run_training__no_such_run__says_that() -> None:
    with pytest.raises(CommandError, match="There is no run 4711"):
        models("run-training", "4711")


def test_list_and_show__versions__their_figures(make_version: MakeVersion) -> None:
    assert "models train" in models("list")
    good, bad = make_version(), make_version(validated=False)

    listed = models("list").splitlines()

    assert [line.split()[:2] for line in listed] == [[f"v{bad.pk}", "rejected"], [f"v{good.pk}", "candidate"]]
    shown = json.loads(models("show", str(good.pk)))
    assert shown["sha256"] == good.sha256
    assert shown["metrics"]["val_accuracy"] == good.metrics["val_accuracy"]


def test_promote_and_rollback__as_the_admin_does__with_reasons(make_version: MakeVersion) -> None:
    first, second = make_version(), make_version()

    models("promote", str(first.pk), "--reason", "first")
    models("promote", str(second.pk), "--reason", "better")
    output = models("rollback", "--reason", "complaints")

    assert f"v{first.pk} is champion again" in output
    assert [change.reason for change in ChampionChange.objects.all()] == ["complaints", "better", "first"]


def test_challenge__version_then_none__challenger_and_back(make_version: MakeVersion) -> None:
    version = make_version()

    assert models("challenge", "none") == "There is no challenger.\n"
    assert models("challenge", str(version.pk)) == f"v{version.pk} is challenger.\n"
    models("promote", str(make_version().pk), "--reason", "first")
    assert models("status").endswith(f"Challenger v{version.pk}\n")
    assert models("challenge", "none") == f"v{version.pk} is candidate again.\n"


def test_promote__refused_by_the_gate__only_with_the_flag(make_version: MakeVersion) -> None:
    version = make_version(**refused_by("f1_macro"))
    arguments = ("promote", str(version.pk), "--reason", "rare categories are not ours")

    with pytest.raises(CommandError, match="f1_macro is low"):
        models(*arguments)

    assert f"v{version.pk} is champion" in models(*arguments, "--override-gate")
    assert ChampionChange.objects.get().is_gate_overridden


def test_prune__old_versions__dropped_and_said(make_version: MakeVersion) -> None:
    old, new = make_version(), make_version()

    assert models("prune") == "Nothing to drop.\n"
    assert models("prune", "--keep", "1") == f"Dropped the bytes of v{old.pk}.\n"
    assert f"v{new.pk} passes" in models("validate", str(new.pk))
    with pytest.raises(CommandError, match=r"keep: .* at most"):
        models("prune", "--keep", "99999999999999999999")
    with pytest.raises(CommandError, match="dropped"):
        models("validate", str(old.pk))


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("promote", "4711", "--reason", "x"), id="promote-unknown"),
        pytest.param(("challenge", "4711"), id="challenge-unknown"),
        pytest.param(("challenge", "nobody"), id="challenge-no-number"),
        pytest.param(("rollback", "--reason", "x"), id="rollback-from-nothing"),
        pytest.param(("show", "4711"), id="show-unknown"),
        pytest.param(("validate", "4711"), id="validate-unknown"),
        pytest.param(("promote", "1"), id="promote-without-reason"),
        pytest.param(("fly",), id="unknown-action"),
        pytest.param((), id="no-action"),
    ],
)
def test_models__cannot_be_done__error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        models(*arguments)


def test_validate__sound_and_damaged__said(make_version: MakeVersion) -> None:
    version = make_version()
    assert "passes" in models("validate", str(version.pk))

    ModelVersion.objects.filter(pk=version.pk).update(artifact=b"{}")
    with pytest.raises(CommandError, match="checksum"):
        models("validate", str(version.pk))


def test_card__of_a_version__as_markdown(make_version: MakeVersion) -> None:
    first, second = make_version(), make_version()

    card = models("card", str(second.pk))

    assert card.startswith(f"# Model card of v{second.pk}\n")
    assert f"Compared with v{first.pk}" in card
    assert "Both learned from the same transactions" in card


def test_card__without_a_version__is_the_champions(make_version: MakeVersion) -> None:
    champion = make_version()
    services.promote(champion.pk, by=None, reason="good")
    make_version()

    assert models("card").startswith(f"# Model card of v{champion.pk}\n")


def test_card__no_champion_or_no_such_version__says_what_to_do() -> None:
    with pytest.raises(CommandError, match="no champion; name a version"):
        models("card")
    with pytest.raises(CommandError, match="no version 4711"):
        models("card", "4711")
