from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from suggestions.models import Client, Rule
from suggestions.rules.log import record_rule
from tests.audit_rows import break_log, mend_log
from tests.builders import make_rule, make_transaction

pytestmark = pytest.mark.django_db

TRY = ("try", "--pattern", "tim hortons", "--category", "Restaurants")


def rules(*arguments: str) -> str:
    out = StringIO()
    call_command("rules", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_try__says_what_would_change_and_saves_nothing(alice: Client) -> None:
    other = make_rule(pattern="tim", category="Coffee", name="Tim")
    make_transaction(alice, category="Restaurants")
    make_transaction(alice, description="CITY FUEL")

    said = rules(*TRY, "--client", alice.name)

    for part in (
        "It matches 1 of the newest 2 transactions.",
        "1 of 1, 100 %",
        "Suggestions of the rules that would change: 1; 1 from wrong or nothing to right, 0 from right",
        "1  Coffee → Restaurants",
        f"Rule {other.pk} “Tim” says Coffee about 1 of them; this rule comes first.",
    ):
        assert part in said
    assert "TIM HORTONS" not in said
    assert Rule.objects.count() == 1


def test_try__with_descriptions__shows_some(alice: Client) -> None:
    make_transaction(alice)

    assert "such as: TIM HORTONS #1234" in rules(*TRY, "--with-descriptions")


def test_try__weak_word__warns() -> None:
    assert "Warning: " in rules("try", "--pattern", "store", "--category", "x")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("--kind", "re2", "--pattern", "((("), "RE2 refuses", id="pattern"),
        pytest.param(("--client", "nobody"), "the clients are: alice's app", id="client"),
        pytest.param(("--amount-min", "NaN"), "must be a number", id="amount"),
        pytest.param(("--amount-min", "9", "--amount-max", "1"), "smallest amount is larger", id="amounts"),
        pytest.param(("--user-id", "u1"), "needs the client", id="user without client"),
        pytest.param(("--category", "x" * 101), "at most 100 characters", id="long category"),
    ],
)
def test_try__bad_input__is_refused_and_says_why(
    alice: Client, arguments: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        rules(*TRY, *arguments)


def test_suggest__nothing_known__says_so_otherwise_lists(alice: Client) -> None:
    empty = rules("suggest")
    for number in range(6):
        make_transaction(alice, user_id=f"user-{number % 2}", category="Coffee")

    assert "No rule is asked for" in empty
    assert "alice's app: merchant “tim hortons” → Coffee: right on 6 of 6, 100 %" in rules("suggest")


def test_revert__by_the_number_that_history_shows__goes_back() -> None:
    rule = make_rule()
    before = Rule.objects.get(pk=rule.pk)
    Rule.objects.update(category="Coffee")
    record_rule(before, Rule.objects.get(), by=None, origin=AuditEntry.Origin.COMMAND)
    history = rules("history", str(rule.pk))

    said = rules("revert", history.split()[0], "--reason", "it was better")

    assert "category: Restaurants → Coffee" in history
    assert "again what it was before" in said
    assert Rule.objects.get().category == "Restaurants"


def test_deleted__rule_that_is_gone__is_listed() -> None:
    rule = make_rule(name="Lost")
    empty = rules("deleted")
    record_rule(rule, None, by=None, origin=AuditEntry.Origin.COMMAND)
    Rule.objects.all().delete()

    assert "No rule is gone." in empty
    assert "name: Lost → None" in rules("deleted")


@pytest.mark.parametrize("arguments", [("history", "1"), ("deleted",), ("revert", "1", "--reason", "x")])
def test_log_that_cannot_be_read__is_said(arguments: tuple[str, ...]) -> None:
    break_log()

    with pytest.raises(CommandError, match="The audit log cannot be read"):
        rules(*arguments)

    mend_log()


def test_history__more_than_are_shown__says_so() -> None:
    rule = make_rule()
    for number in range(51):
        before = Rule.objects.get()
        Rule.objects.update(priority=number + 1)
        record_rule(before, Rule.objects.get(), by=None, origin=AuditEntry.Origin.COMMAND)

    assert "These are the latest 50; older ones" in rules("history", str(rule.pk))


def test_revert__no_change_of_a_rule__is_refused() -> None:
    with pytest.raises(CommandError, match="Entry 4711 is no change of a rule"):
        rules("revert", "4711", "--reason", "x")
