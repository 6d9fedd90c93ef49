"""The versions of a rule, and the way back to each of them."""

import pytest

from audit.log import LogUnavailable, Origin
from audit.models import AuditEntry
from suggestions.models import Client, Rule
from suggestions.rules.history import (
    SHOWN,
    RevertRefused,
    find_version,
    read_versions,
    revert,
)
from suggestions.rules.log import record_rule
from suggestions.rules.starter import install_starter_rules
from tests.audit_rows import append, break_log, mend_log
from tests.builders import make_client, make_rule
from tests.integration.suggestions.rules.logged_changes import (
    back,
    change,
    delete,
    fill_with_changes,
    kept,
    latest,
)

pytestmark = pytest.mark.django_db


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


def test_versions__more_than_are_shown__says_so() -> None:
    rule = make_rule()
    fill_with_changes(rule, SHOWN)
    whole = read_versions(rule.pk)
    change(rule, category="last")
    cut = read_versions(rule.pk)

    assert whole
    assert cut
    assert (whole.is_cut, cut.is_cut, len(cut.shown)) == (False, True, SHOWN)


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


@pytest.mark.parametrize(
    "entry", [{}, {"kind": "rule", "subject": "starter rules"}, {"kind": "rule", "subject": "rule x"}]
)
def test_find_version__entry_about_something_else__none(entry: dict[str, str]) -> None:
    overrides = entry | ({"kind": AuditEntry.Kind(entry["kind"])} if entry else {})

    assert find_version(append(**overrides).sequence) is None
    assert find_version(987_654) is None


def test_starter_rule__changed__its_first_version_can_be_restored() -> None:
    install_starter_rules()
    rule = Rule.objects.earliest("pk")

    category = rule.category
    changed = change(rule, category="x")

    assert back(changed).category == category
