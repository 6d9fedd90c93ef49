from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry, AuditHead
from suggestions.bootstrap import apply_canary_variable, ensure_rows
from suggestions.metrics import RolloutCollector
from suggestions.models import Rollout, RolloutChange
from suggestions.rollout import (
    InvalidChange,
    RolloutConflict,
    read_rollout,
    roll_back,
    set_percentage,
)
from tests.api_client import ApiCaller
from tests.audit_rows import as_owner, break_log, failures_counted, mend_log
from tests.builders import set_canary
from tests.interleaving import let_in

pytestmark = pytest.mark.django_db

ADMIN = RolloutChange.Origin.ADMIN
BY_COMMAND: dict[str, Any] = {"by": None, "origin": RolloutChange.Origin.COMMAND}


def test_set_percentage__each_change__is_logged_with_its_version() -> None:
    set_percentage(1_000, reason="agreement is fine", **BY_COMMAND)
    roll_back(reason="complaints", **BY_COMMAND)

    state = read_rollout()
    changes = RolloutChange.objects.order_by("version").values_list(
        "version", "from_percentage", "to_percentage", "reason"
    )
    assert (state.percentage, state.version) == (0, 2)
    assert list(changes) == [(1, 0, 1_000, "agreement is fine"), (2, 1_000, 0, "complaints")]


def test_metrics__percentage_and_version__are_those_of_the_row() -> None:
    set_percentage(2_550, reason="a step", **BY_COMMAND)

    values = {metric.name: metric.samples[0].value for metric in RolloutCollector().collect()}

    assert values == {"lm_rollout_percentage": 25.5, "lm_rollout_version": read_rollout().version}


@pytest.mark.parametrize(("percentage", "reason"), [(-1, "x"), (10_001, "x"), (1_000, ""), (1_000, "  ")])
def test_set_percentage__out_of_range_or_without_reason__is_refused(percentage: int, reason: str) -> None:
    with pytest.raises(InvalidChange):
        set_percentage(percentage, reason=reason, **BY_COMMAND)

    assert not RolloutChange.objects.exists()


def test_set_percentage__on_an_outdated_version__is_refused_and_tells_what_happened() -> None:
    set_percentage(1_000, reason="first", expected_version=0, **BY_COMMAND)

    with pytest.raises(RolloutConflict, match=r"10 %.*first"):
        set_percentage(5_000, reason="second", expected_version=0, **BY_COMMAND)

    assert read_rollout().percentage == 1_000


@pytest.mark.parametrize("percentage", [-1, 10_001, None])
def test_database__percentage_out_of_range__is_refused_by_the_table_itself(percentage: int | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE suggestions_rollout SET percentage = %s", [percentage])


def test_database__second_rollout_row__is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rollout.objects.create(pk=2)


def test_read_rollout__missing_row__rules_for_everybody() -> None:
    Rollout.objects.all().delete()

    assert (read_rollout().percentage, read_rollout().is_readable) == (0, False)


def test_roll_back__row_lost_after_changes__is_made_again_and_the_log_goes_on() -> None:
    set_percentage(1_000, reason="first", **BY_COMMAND)
    Rollout.objects.all().delete()

    roll_back(reason="the row is gone", **BY_COMMAND)

    assert (read_rollout().percentage, read_rollout().version, read_rollout().is_readable) == (0, 2, True)


def test_bootstrap__row_lost_after_changes__is_no_first_start(settings: Any) -> None:
    set_percentage(1_000, reason="first", **BY_COMMAND)
    Rollout.objects.all().delete()
    settings.SUGGEST_USE_MODEL_CANARY = "100%"

    ensure_rows()
    apply_canary_variable()

    assert (read_rollout().percentage, read_rollout().version) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_set_percentage__sixteen_editors_of_one_version__exactly_one_wins() -> None:
    def edit(number: int) -> bool:
        try:
            set_percentage(number, reason=f"editor {number}", expected_version=0, **BY_COMMAND)
        except RolloutConflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(edit, range(16)))

    assert sum(outcomes) == 1
    assert read_rollout().version == RolloutChange.objects.count() == 1


@pytest.mark.parametrize(
    ("variable", "before", "version", "after"),
    [
        pytest.param("10%", 0, 0, 1_000, id="seeds an untouched rollout"),
        pytest.param("1", 0, 0, 10_000, id="the old word for model only"),
        pytest.param("50%", 1_000, 3, 1_000, id="never raises a live rollout"),
        pytest.param("5%", 0, 3, 0, id="never raises one that was rolled back"),
        pytest.param("0", 1_000, 3, 0, id="0 forces rules"),
        pytest.param("", 1_000, 3, 1_000, id="unset changes nothing"),
    ],
)
def test_canary_variable__at_the_start__seeds_or_forces_rules(
    settings: Any, variable: str, before: int, version: int, after: int
) -> None:
    Rollout.objects.update(percentage=before, version=version)
    settings.SUGGEST_USE_MODEL_CANARY = variable

    apply_canary_variable()

    assert read_rollout().percentage == after


@pytest.mark.django_db(transaction=True)
def test_canary_variable__another_first_start_is_quicker__is_seeded_once(settings: Any) -> None:
    settings.SUGGEST_USE_MODEL_CANARY = "10%"

    with let_in(apply_canary_variable, before=lambda _number, sql: "FOR UPDATE" in sql) as others:
        change = apply_canary_variable()

    assert change is None
    assert [other.to_percentage for other in others] == [1_000]
    assert (read_rollout().percentage, read_rollout().version) == (1_000, 1)


def test_command__set_show_and_rollback__do_what_they_say() -> None:
    out = StringIO()

    call_command("rollout", "set", "2.5%", "--override", "--reason", "first step", stdout=out)
    call_command("rollout", "show", stdout=out)
    call_command("rollout", "rollback", "--reason", "back", stdout=out)

    assert "0 % → 2.5 %" in out.getvalue()
    assert "first step" in out.getvalue()
    assert read_rollout().percentage == 0


@pytest.mark.parametrize("percentage", ["10", "nonsense", "101%"])
def test_command__set_to_nonsense__is_refused(percentage: str) -> None:
    with pytest.raises(CommandError, match="such as 10%"):
        call_command("rollout", "set", percentage, "--reason", "x")

    assert read_rollout().version == 0


def test_rollback__over_http__sets_zero_and_names_the_operator(as_operator: ApiCaller) -> None:
    set_canary(5_000)

    answer = as_operator.post("/ml/rollout/rollback", {"reason": "accept rate fell"}).json()

    change = RolloutChange.objects.get()
    assert answer["percentage"] == 0
    assert change.changed_by is not None
    assert (change.changed_by.get_username(), change.origin) == ("the operator", "api")


def test_rollback__over_http_without_reason__400(as_operator: ApiCaller) -> None:
    set_canary(5_000)

    assert as_operator.post("/ml/rollout/rollback").status_code == 400
    assert read_rollout().percentage == 5_000


def test_set_percentage__each_change__stands_in_the_audit_log_with_its_evidence() -> None:
    ada = User.objects.create_user("ada")
    evidence = {"agreement": 0.91, "comparisons": 412}

    set_percentage(2_550, by=ada, reason="agreement is fine", origin=ADMIN, evidence=evidence)
    roll_back(reason="complaints", **BY_COMMAND)

    raised, lowered = AuditEntry.objects.order_by("sequence")
    assert (raised.kind, raised.subject, raised.actor, raised.origin) == (
        "percentage",
        "rollout",
        "ada",
        "admin",
    )
    assert raised.before == {"percentage": 0.0, "version": 0}
    assert raised.after == {"percentage": 25.5, "version": 1}
    assert (raised.reason, raised.evidence) == ("agreement is fine", evidence)
    assert (lowered.actor, lowered.origin, lowered.after["percentage"]) == ("", "command", 0.0)


def test_set_percentage__refused__leaves_no_entry() -> None:
    with pytest.raises(RolloutConflict):
        set_percentage(5_000, reason="late", expected_version=7, **BY_COMMAND)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("percentage", [0, 500, 1_000])
def test_way_down__audit_log_that_cannot_be_written__works_and_is_counted(percentage: int) -> None:
    set_canary(1_000)
    before = failures_counted()
    break_log()

    set_percentage(percentage, reason="complaints", **BY_COMMAND)

    assert read_rollout().percentage == percentage
    assert RolloutChange.objects.get().reason == "complaints"
    assert failures_counted() == before + 1


def test_roll_back__audit_log_without_head__works() -> None:
    set_canary(1_000)
    with as_owner():
        AuditHead.objects.all().delete()

    roll_back(reason="complaints", **BY_COMMAND)

    assert read_rollout().percentage == 0


def test_set_percentage__raise_that_cannot_be_logged__is_refused_and_says_what_to_do() -> None:
    set_canary(1_000)
    break_log()

    with pytest.raises(CommandError, match=r"cannot be written .* audit verify"):
        call_command("rollout", "set", "50%", "--override", "--reason", "fine for a trial")

    mend_log()
    assert read_rollout().percentage == 1_000
    assert not RolloutChange.objects.exists()
