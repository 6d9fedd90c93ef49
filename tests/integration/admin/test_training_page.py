"""The page "Train": start with options, and say when trainings are asked for by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from mlmodels import tasks
from mlmodels.models import TrainingRun
from mlmodels.training import run_log
from mlmodels.training.schedule import read_schedule
from tests.integration.admin.console import Console, messages_of
from tests.registry_rows import make_run

pytestmark = pytest.mark.django_db

TRAIN = "/admin/mlmodels/trainingrun/train/"
RUNS = "/admin/mlmodels/trainingrun/"
SCHEDULE = "/admin/mlmodels/trainingrun/schedule/"


def choice(**overrides: str) -> dict[str, str]:
    stamp = read_schedule().stamp
    values = {"how": "weekly", "at": "04:30", "day": "1", "reason": "quiet hours", "stamp": stamp}
    return values | overrides


def test_train__limit_and_reason__stand_in_the_run(operator: Console) -> None:
    operator.browser.post(TRAIN, {"limit": "5000", "reason": "new client"})

    run = TrainingRun.objects.get()
    assert (run.limit, run.reason, run.requested_by) == (5000, "new client", operator.user)


@pytest.mark.parametrize("limit", ["0", "-5", "many", "99999999999"])
def test_train__limit_that_is_none__is_said_and_nothing_starts(operator: Console, limit: str) -> None:
    page = operator.browser.post(TRAIN, {"limit": limit, "reason": "kept as typed"}).content.decode()

    assert 'role="alert"' in page
    assert "kept as typed" in page
    assert not TrainingRun.objects.exists()


def test_page__a_run_under_way__leads_there_instead(operator: Console) -> None:
    run = make_run(status="running", progress=40)

    page = operator.browser.get(TRAIN).content.decode()

    assert f"/admin/mlmodels/trainingrun/{run.pk}/change/" in page
    assert "Newest examples only" not in page


def test_page__operator__reads_the_schedule_and_an_admin_edits_it(operator: Console, admin: Console) -> None:
    read, edited = operator.browser.get(TRAIN), admin.browser.get(TRAIN)

    assert "every day at 03:00 UTC" in read.content.decode()
    assert ", next at <time" in read.content.decode()
    assert "Save the schedule" not in read.content.decode()
    assert "Save the schedule" in edited.content.decode()
    assert operator.browser.post(SCHEDULE, choice()).status_code == 403


def test_page__analyst__reads_what_starts_trainings_and_who_may_change_it(analyst: Console) -> None:
    page = analyst.browser.get(TRAIN).content.decode()

    assert "every day at 03:00 UTC" in page
    assert "An operator or an admin may start a training." in page
    assert "An admin may change the schedule." in page
    assert 'name="limit"' not in page
    assert TRAIN in analyst.browser.get(RUNS).content.decode()
    assert analyst.browser.post(TRAIN, {}).status_code == 403


def test_page__interval_of_hours__says_that_one_a_day_is_all(operator: Console) -> None:
    interval = IntervalSchedule.objects.create(every=5, period="hours")
    PeriodicTask.objects.filter(name="Train every night").update(crontab=None, interval=interval)

    page = operator.browser.get(TRAIN).content.decode()

    assert "a schedule of your own (every 5 hours)" in page
    assert "At most one such training a day (UTC)" in page


def test_schedule__saved__is_what_beat_follows(admin: Console) -> None:
    answer = admin.browser.post(SCHEDULE, choice())

    assert messages_of(answer) == ["Trainings by the clock: every Monday at 04:30 UTC."]
    assert read_schedule().schedule.text == "every Monday at 04:30 UTC"


@pytest.mark.parametrize("wrong", [{"how": "hourly"}, {"at": "25:00"}, {"day": "9"}, {"reason": ""}])
def test_schedule__bad_input__is_said_and_nothing_changes(admin: Console, wrong: dict[str, str]) -> None:
    page = admin.browser.post(SCHEDULE, choice(**wrong)).content.decode()

    assert 'role="alert"' in page
    assert read_schedule().schedule.how == "nightly"


def test_schedule__changed_by_somebody_else__is_refused_once_and_nothing_typed_is_lost(
    admin: Console,
) -> None:
    mine = choice(how="off", reason="I was second")
    admin.browser.post(SCHEDULE, choice())

    refused = admin.browser.post(SCHEDULE, mine).content.decode()

    assert "somebody else has changed the schedule" in refused
    assert "I was second" in refused
    assert read_schedule().schedule.how == "weekly"

    admin.browser.post(SCHEDULE, mine | {"stamp": read_schedule().stamp})

    assert read_schedule().schedule.how == "off"


def test_run__its_page__shows_its_log(analyst: Console) -> None:
    run = make_run(status="running")
    run_log.note(run.pk, "Reading <script>.")

    page = analyst.browser.get(f"/admin/mlmodels/trainingrun/{run.pk}/change/").content.decode()

    assert "Reading &lt;script&gt;." in page


def silent_run(**overrides: Any) -> TrainingRun:
    values = {"status": "running", "progress": 40, "attempt": 1, "stage": "fitting"}
    return make_run(**values | {"lease_until": timezone.now() - timedelta(days=1)} | overrides)


def test_pages__worker_that_went_silent__say_so(operator: Console) -> None:
    run = silent_run()

    for address in ("/admin/", TRAIN, RUNS, f"{RUNS}{run.pk}/change/"):
        assert "went silent" in operator.browser.get(address).content.decode(), address


def test_pages__worker_that_reports__call_it_alive(operator: Console) -> None:
    run = silent_run(lease_until=timezone.now() + timedelta(seconds=20))

    for address in ("/admin/", TRAIN, RUNS, f"{RUNS}{run.pk}/change/"):
        assert "went silent" not in operator.browser.get(address).content.decode(), address


def test_train__worker_that_went_silent__its_run_is_published_again(
    operator: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []
    monkeypatch.setattr(tasks, "publish", published.append)
    run = silent_run()

    answer = operator.browser.post(TRAIN, {})

    run.refresh_from_db()
    assert run.status == "queued"
    assert published == [run.pk]
    assert messages_of(answer) == [f"Run {run.pk} is not over yet; this is how far it is."]


def test_run__released_by_workers_told_to_stop__shows_the_attempts_that_count(analyst: Console) -> None:
    run = silent_run(attempt=5, released=4)

    assert "1 of 3" in analyst.browser.get(f"{RUNS}{run.pk}/change/").content.decode()


def test_run__older_than_the_log__says_so(analyst: Console) -> None:
    page = analyst.browser.get(f"/admin/mlmodels/trainingrun/{make_run().pk}/change/").content.decode()

    assert "older than the log" in page


def test_page__schedule_that_never_comes__says_so_and_saves_another(admin: Console) -> None:
    never = CrontabSchedule.objects.create(minute="0", hour="3", day_of_month="31", month_of_year="2")
    PeriodicTask.objects.filter(name="Train every night").update(crontab=never)

    page = admin.browser.get(TRAIN).content.decode()
    admin.browser.post(SCHEDULE, choice())

    assert "this schedule never comes" in page
    assert read_schedule().schedule.how == "weekly"


def test_page__beat_is_down__says_since_when(operator: Console) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    PeriodicTask.objects.filter(name="Train every night").update(date_changed=long_ago)

    page = operator.browser.get(TRAIN).content.decode()

    assert "overdue since <time" in page
    assert "is beat running?" in page
