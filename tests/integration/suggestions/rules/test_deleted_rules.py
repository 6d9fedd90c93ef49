"""The rules that are gone, and the way back to each of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audit.log import Origin
from audit.models import AuditEntry
from suggestions.models import Rule
from suggestions.rules.history import (
    SHOWN,
    RevertRefused,
    RuleVersion,
    deleted_rules,
    revert,
)
from tests.audit_rows import break_log, mend_log
from tests.builders import make_rule
from tests.integration.suggestions.rules.logged_changes import (
    back,
    change,
    delete,
    fill_with_changes,
    kept,
    latest,
)
from tests.interleaving import done_elsewhere, let_in

pytestmark = pytest.mark.django_db


def test_revert__a_deletion__the_rule_is_back_under_its_id() -> None:
    rule = make_rule(amount_max=9)
    original, pk = kept(Rule.objects.get(pk=rule.pk)), rule.pk
    deletion = delete(rule)

    restored = back(deletion)

    assert (restored.pk, kept(restored)) == (pk, original)
    assert latest(pk).word == "added"
    assert make_rule().pk > pk


def test_deleted_rules__those_that_are_gone__each_once() -> None:
    gone, restored, there = make_rule(name="gone"), make_rule(name="restored"), make_rule(name="there")
    change(there, category="Coffee")
    pk = gone.pk
    delete(gone)
    back(delete(restored))

    assert names_of_deleted() == [(pk, "gone")]


def names_of_deleted() -> list[tuple[int, str]]:
    found = deleted_rules()
    assert found
    return [(version.rule_id, version.name) for version in found.shown]


def test_deleted_rules__deleted_before_very_many_other_changes__is_listed() -> None:
    gone, there = make_rule(name="gone"), make_rule()
    pk = gone.pk
    delete(gone)
    fill_with_changes(there, 1_000)

    assert names_of_deleted() == [(pk, "gone")]


def test_deleted_rules__name_that_reads_like_a_deletion__is_none() -> None:
    change(make_rule(), name='"after":{}')

    assert names_of_deleted() == []


def test_deleted_rules__deleted_again__its_last_deletion() -> None:
    rule = make_rule()
    back(delete(rule))
    last = delete(Rule.objects.get())

    found = deleted_rules()

    assert found
    assert [version.sequence for version in found.shown] == [last.sequence]


def test_deleted_rules__more_than_are_shown__says_so() -> None:
    for _ in range(SHOWN):
        delete(make_rule())
    whole = deleted_rules()
    delete(make_rule())
    cut = deleted_rules()

    assert whole
    assert cut
    assert (whole.is_cut, cut.is_cut, len(cut.shown)) == (False, True, SHOWN)


def test_deleted_rules__log_that_cannot_be_read__none() -> None:
    break_log()

    found = deleted_rules()

    mend_log()
    assert found is None


def test_revert__restored_since_its_reader_looked__is_refused() -> None:
    deletion = delete(make_rule())
    back(deletion)
    change(Rule.objects.get(), category="Fuel")

    with pytest.raises(RevertRefused, match="Command has changed"):
        revert(deletion, by=None, origin=Origin.COMMAND, reason="x", newest=deletion.sequence)

    assert Rule.objects.get().category == "Fuel"


def restore(deletion: RuleVersion) -> str:
    try:
        revert(deletion, by=None, origin=Origin.COMMAND, reason="x", newest=deletion.sequence)
    except RevertRefused as refusal:
        return str(refusal)
    return "restored"


def restore_in_a_thread(deletion: RuleVersion) -> str:
    return str(done_elsewhere(lambda: restore(deletion)))


@pytest.mark.django_db(transaction=True)
def test_revert__a_deletion_by_several_at_once__one_restores_and_the_others_are_told() -> None:
    deletion = delete(make_rule())

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(lambda _: restore_in_a_thread(deletion), range(4)))

    assert outcomes[-1] == "restored"
    assert all("has restored" in outcome for outcome in outcomes[:-1]), outcomes
    assert len([one for one in AuditEntry.objects.all() if not one.before]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", range(1, 6))
def test_revert__a_deletion_restored_before_one_of_its_statements__is_told(statement: int) -> None:
    deletion = delete(make_rule())

    def is_moment(number: int, sql: str) -> bool:
        # The INSERT is the last before which there is room for another.
        return number == statement or sql.startswith("INSERT")

    with let_in(lambda: restore(deletion), before=is_moment) as others:
        outcome = restore(deletion)

    assert others == ["restored"]
    assert "has restored" in outcome
