"""The versions of a rule, and the way back to each of them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from audit.log import LogUnavailable, Origin
from audit.models import AuditEntry
from suggestions.models import Client, Rule
from suggestions.rules.history import (
    SHOWN,
    RevertRefused,
    RuleVersion,
    deleted_rules,
    find_version,
    read_versions,
    revert,
)
from suggestions.rules.log import record_rule
from suggestions.rules.starter import install_starter_rules
from tests.audit_rows import append, break_log, mend_log
from tests.builders import make_client, make_rule
from tests.interleaving import done_elsewhere, let_in

pytestmark = pytest.mark.django_db


def change(rule: Rule, **values: Any) -> RuleVersion:
    before = Rule.objects.get(pk=rule.pk)
    Rule.objects.filter(pk=rule.pk).update(**values)
    record_rule(before, Rule.objects.get(pk=rule.pk), by=None, origin=Origin.COMMAND, reason="a test")
    return latest(rule.pk)


def delete(rule: Rule) -> RuleVersion:
    before, pk = Rule.objects.get(pk=rule.pk), rule.pk
    before.delete()
    record_rule(Rule(**kept(before) | {"pk": pk}), None, by=None, origin=Origin.COMMAND)
    return latest(pk)


def kept(rule: Rule) -> dict[str, Any]:
    names = (
        *("name", "kind", "pattern", "category", "priority", "sign", "user_id"),
        *("client_id", "is_active", "amount_min", "amount_max"),
    )
    return {name: getattr(rule, name) for name in names}


def latest(rule_id: int) -> RuleVersion:
    versions = read_versions(rule_id)
    assert versions
    return versions.shown[0]


def back(version: RuleVersion) -> Rule:
    return revert(version, by=None, origin=Origin.COMMAND, reason="it was better")


def test_versions__of_a_rule__latest_first_with_from_and_to() -> None:
    rule, other = make_rule(amount_min=5), make_rule()
    record_rule(None, rule, by=None, origin=Origin.COMMAND)
    change(rule, category="Coffee", priority=3)
    change(other, category="Fuel")

    versions = read_versions(rule.pk)

    assert versions is not None
    assert [version.word for version in versions.shown] == ["changed", "added"]
    changes = {one.name: (one.before, one.after) for one in versions.shown[0].changes}
    assert changes == {"category": ("Restaurants", "Coffee"), "priority": (0, 3)}
    newest = latest(rule.pk)
    assert (newest.who, newest.reason, newest.name) == ("Command", "a test", "Coffee")


def test_versions__log_that_cannot_be_read__none() -> None:
    rule = make_rule()
    break_log()

    found = read_versions(rule.pk)

    mend_log()
    assert found is None


def test_revert__a_change__is_a_new_change_and_can_be_reverted_itself() -> None:
    rule = make_rule(amount_min=5, client=make_client(), user_id="u1", sign="out")
    original = kept(Rule.objects.get(pk=rule.pk))
    changed = change(rule, category="Coffee", amount_min=None, user_id="", is_active=False)

    reverted = back(changed)

    assert kept(reverted) == original
    entry = AuditEntry.objects.first()
    assert entry
    assert (entry.subject, entry.reason) == (f"rule {rule.pk}", "it was better")
    assert (entry.before["category"], entry.after["category"]) == ("Coffee", "Restaurants")
    assert back(latest(rule.pk)).category == "Coffee"


def test_revert__an_older_change__skips_those_since() -> None:
    rule = make_rule()
    first = change(rule, category="Coffee")
    change(rule, category="Fuel")

    assert back(first).category == "Restaurants"


def test_revert__a_deletion__the_rule_is_back_under_its_id() -> None:
    rule = make_rule(amount_max=9)
    original, pk = kept(Rule.objects.get(pk=rule.pk)), rule.pk
    deletion = delete(rule)

    restored = back(deletion)

    assert (restored.pk, kept(restored)) == (pk, original)
    assert latest(pk).word == "added"
    assert make_rule().pk > pk


def test_revert__to_what_it_is_already__writes_nothing() -> None:
    rule = make_rule()
    changed = change(rule, category="Coffee")
    Rule.objects.filter(pk=rule.pk).update(category="Restaurants")
    count = AuditEntry.objects.count()

    back(changed)

    assert AuditEntry.objects.count() == count


def test_revert__before_it_was_added__is_refused() -> None:
    rule = make_rule()
    record_rule(None, rule, by=None, origin=Origin.COMMAND)

    with pytest.raises(RevertRefused, match="no rule before it was added"):
        back(latest(rule.pk))


def test_revert__client_that_is_gone__is_refused_and_says_so() -> None:
    client: Client = make_client()
    deletion = delete(make_rule(client=client))
    client.delete()

    with pytest.raises(RevertRefused, match="client instance with id"):
        back(deletion)

    assert not Rule.objects.exists()


def test_revert__pattern_that_no_rule_may_have__is_refused() -> None:
    rule = make_rule(kind="re2", pattern="(((")
    changed = change(rule, pattern="tim")

    with pytest.raises(RevertRefused, match="RE2 refuses the pattern"):
        back(changed)

    assert Rule.objects.get().pattern == "tim"


def test_revert__that_cannot_be_logged__is_not_made() -> None:
    rule = make_rule()
    changed = change(rule, category="Coffee")
    break_log()

    with pytest.raises(LogUnavailable):
        back(changed)

    mend_log()
    assert Rule.objects.get().category == "Coffee"


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


def test_versions__more_than_are_shown__says_so() -> None:
    rule = make_rule()
    fill_with_changes(rule, SHOWN)
    whole = read_versions(rule.pk)
    change(rule, category="last")
    cut = read_versions(rule.pk)

    assert whole
    assert cut
    assert (whole.is_cut, cut.is_cut, len(cut.shown)) == (False, True, SHOWN)


def fill_with_changes(rule: Rule, count: int) -> None:
    facts = {"name": rule.name, "kind": rule.kind, "pattern": rule.pattern, "category": rule.category}
    for number in range(count):
        append(
            kind=AuditEntry.Kind.RULE,
            subject=f"rule {rule.pk}",
            before=facts | {"priority": number},
            after=facts | {"priority": number + 1},
        )


def test_revert__changed_since_its_reader_looked__is_refused_once_and_says_who() -> None:
    rule = make_rule()
    seen = change(rule, category="Coffee")
    change(rule, category="Fuel")

    with pytest.raises(RevertRefused, match=r"Command has changed .category “Coffee” → “Fuel”. the rule"):
        revert(seen, by=None, origin=Origin.COMMAND, reason="x", newest=seen.sequence)
    kept_category = Rule.objects.get().category
    revert(seen, by=None, origin=Origin.COMMAND, reason="x", newest=latest(rule.pk).sequence)

    assert kept_category == "Fuel"
    assert Rule.objects.get().category == "Restaurants"


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


@pytest.mark.parametrize(
    "entry", [{}, {"kind": "rule", "subject": "starter rules"}, {"kind": "rule", "subject": "rule x"}]
)
def test_find_version__entry_about_something_else__none(entry: dict[str, str]) -> None:
    overrides = entry | ({"kind": AuditEntry.Kind(entry["kind"])} if entry else {})

    assert find_version(append(**overrides).sequence) is None
    assert find_version(987_654) is None


def test_starter_rule__changed__its_first_version_can_be_had_again() -> None:
    install_starter_rules()
    rule = Rule.objects.earliest("pk")

    category = rule.category
    changed = change(rule, category="x")

    assert back(changed).category == category
