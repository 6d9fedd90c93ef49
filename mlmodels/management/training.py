"""`manage.py models train`, `run-training` and `log`: the runs of trainings."""

import time
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from console.numbers import positive
from console.progress import shown_progress
from mlmodels import conf, parent, services, tasks
from mlmodels.management.acting import Options
from mlmodels.models import ModelVersion, TrainingRun, TrainingRunLine
from mlmodels.training import run_log, runs, trainer

POLL_SECONDS = 1.0


def add_actions(actions: Any) -> None:
    """Define train, run-training and log."""
    train = actions.add_parser("train", help="train a new version from the labelled transactions")
    train.add_argument("--limit", type=positive, help="learn from so many of the newest transactions only")
    how = train.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="follow the worker until it is done")
    how.add_argument("--wait-in-process", action="store_true", help="train in this process, without a worker")
    train.set_defaults(act=_train)
    queued = actions.add_parser("run-training", help="do the work of a queued run; workers call this")
    queued.add_argument("run_id", type=int)
    queued.add_argument("--parent", type=int, help="end when this process, our parent, ends")
    queued.set_defaults(act=_run_training)
    run = actions.add_parser("log", help="print what happened in a training run")
    run.add_argument("run_id", type=int, nargs="?", help="its number; without it, the newest")
    run.set_defaults(act=_write_log)


def _train(options: Options, out: OutputWrapper) -> None:
    if options["wait_in_process"]:
        _train_here(_run_for_this_process(options["limit"]), out)
        return
    run = _requested_run(options["limit"])
    sender = tasks.publish(run.pk)
    if options["wait"]:
        _follow(run, out)
        return
    sender.join(timeout=5)  # this process would take the message with it
    out.write(f"Training run {run.pk} is queued.")
    out.write("A worker takes it; `manage.py models list` shows the version when it is done.")


def _run_training(options: Options, out: OutputWrapper) -> None:
    if options["parent"] is not None:
        parent.die_with(options["parent"])
        parent.give_way()
    _train_here(options["run_id"], out)


def _write_log(options: Options, out: OutputWrapper) -> None:
    wanted = {"pk": options["run_id"]} if options["run_id"] is not None else {}
    run = TrainingRun.objects.filter(**wanted).first()
    if run is None:
        raise CommandError("There is no such run; `manage.py models train` starts one.")
    out.write(f"Training run {run.pk}, {run.trigger}: {run.get_status_display()}.")
    for line in run_log.lines_after(run.pk):
        out.write(_dated(line))


def _run_for_this_process(limit: int | None) -> int:
    runs.sweep_lost_runs()
    # A run that was queued or interrupted before is this one.
    queued = TrainingRun.objects.filter(status=TrainingRun.Status.QUEUED).first()
    if queued is None:
        return _requested_run(limit).pk
    if limit is not None and limit != queued.limit:
        of = f"the newest {queued.limit:,}" if queued.limit else "all"
        raise CommandError(
            f"Run {queued.pk} is queued already, for {of} examples, and one runs at a time. "
            "Leave --limit out to do that one here, and ask for yours when it is over."
        )
    return queued.pk


def _train_here(run_id: int, out: OutputWrapper) -> None:
    run = TrainingRun.objects.filter(pk=run_id).first()
    if run is None:
        raise CommandError(f"There is no run {run_id}; `manage.py models train` starts one.")
    out.write(f"Training run {run.pk}, {run.trigger}.")
    try:
        with shown_progress("training", 1.0, out) as report:
            version = trainer.execute(run_id, lambda stage, share: report(share, stage=stage))
    except trainer.RunNotClaimed:
        out.write(f"Run {run_id} is not queued: another worker has it, or it is over.")
        return
    except runs.LeaseLost as error:
        raise CommandError(f"{error} was given to another worker; nothing was registered.") from error
    _report(run_id, version, out)


def _follow(run: TrainingRun, out: OutputWrapper) -> None:
    out.write(f"Training run {run.pk}, {run.trigger}.")
    seen, is_over = 0, False
    with shown_progress("training", 100, out) as report:
        while not is_over:
            run.refresh_from_db()
            is_over = not run.is_open
            # Read after the status, so that the last line is among them.
            for line in run_log.lines_after(run.pk, seen):
                report(run.progress, stage=_stage(run), line=_dated(line))
                seen = line.pk
            report(run.progress, stage=_stage(run))
            time.sleep(0 if is_over else POLL_SECONDS)
    _report(run.pk, run.versions.defer("artifact").first(), out)


def _stage(run: TrainingRun) -> str:
    if run.status == TrainingRun.Status.QUEUED:
        return "waiting for a worker (make run starts one)"
    return run.stage if run.is_open else "over"


def _report(run_id: int, version: ModelVersion | None, out: OutputWrapper) -> None:
    run = TrainingRun.objects.get(pk=run_id)
    if version is None:
        raise CommandError(f"Run {run_id} failed: {run.failure_code}: {run.failure_detail}")
    metrics = version.metrics
    out.write(
        f"v{version.pk} is {version.status}: accuracy {metrics['val_accuracy']:.4f}, "
        f"macro F1 {metrics['val_f1_macro']:.4f} on the newest {metrics['val_size']} transactions"
    )
    if version.rejected_reason:
        raise CommandError(f"v{version.pk} was rejected: {version.rejected_reason}{_way_out(version)}")


def _requested_run(limit: int | None) -> TrainingRun:
    try:
        return services.request_run(services.RunRequest(limit=limit))
    except services.TrainingInProgress as error:
        tasks.publish_waiting(error.run_id)
        raise CommandError(
            f"Run {error.run_id} is not over yet; `manage.py models log {error.run_id}` shows how far it is. "
            f"If its worker died, it can be asked for again in {conf.lease().total_seconds():.0f} seconds."
        ) from error


def _dated(line: TrainingRunLine) -> str:
    return f"  {line.written_at:%Y-%m-%d %H:%M:%S}  {line.text}"


def _way_out(version: ModelVersion) -> str:
    if not services.is_refused_by_gate(version):
        return ""
    return (
        f"\n`manage.py models card {version.pk}` says what would help. Where the taxonomy is so hard, lower "
        "the limit (docs/configuration.md, MLMODELS_GATE_…), or say why it may answer all the same: "
        f'`manage.py models promote {version.pk} --override-gate --reason "…"`.'
    )
