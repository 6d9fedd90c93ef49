"""What staff sets is a label like a correction, is logged, and speaks for no end user."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from audit.log import LogUnavailable, Origin
from audit.models import AuditEntry, AuditHead
from suggestions.domain.label_kind import LabelKind, kind_of
from suggestions.labels.feedback import record_feedback
from suggestions.labels.staff import LabelRefused, set_label, withdraw_label
from suggestions.models import Category, Client, Feedback, StaleHour, SuggestionEvent, Transaction
from suggestions.roles import Role
from suggestions.serving.history import key_of_transaction, read_history
from tests.audit_rows import as_owner
from tests.builders import make_client, make_event, make_transaction
from tests.staff import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return make_staff(Role.ADMIN)


@pytest.fixture
def event(alice: Client) -> SuggestionEvent:
    for name in ("Coffee", "Fuel"):
        Category.objects.create(client=alice, name=name)
    Category.objects.create(client=alice, name="Retired", is_active=False)
    Category.objects.create(client=make_client(), name="Foreign")
    return make_event(
        make_transaction(alice, category="Fuel"),
        state="disagree",
        model_category="Coffee",
        model_confidence=0.7,
    )


def set_by(user: User | None, event: SuggestionEvent, category: str = "Coffee", **more: Any) -> bool:
    return set_label(event.transaction_id, category, by=user, origin=Origin.ADMIN, **more)


def label_of(event: SuggestionEvent) -> tuple[str, str, str, bool]:
    row = Transaction.objects.get(pk=event.transaction_id)
    return row.known_category, row.feedback_verdict, row.feedback_source, row.feedback_at is not None


def test_set__category_of_the_client__is_the_label_and_nobodys_feedback(
    ada: User, event: SuggestionEvent
) -> None:
    assert set_by(ada, event)

    assert label_of(event) == ("Coffee", "corrected", "staff", True)
    assert kind_of(verdict="corrected", source="staff") is LabelKind.CORRECTED
    assert not Feedback.objects.exists()
    assert StaleHour.objects.get().hour == event.created_at.replace(minute=0, second=0, microsecond=0)


def test_set__is_logged_with_who_from_and_to(ada: User, event: SuggestionEvent) -> None:
    set_by(ada, event, reason="looked at it")

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject) == ("label", f"transaction {event.transaction_id}")
    assert (entry.actor, entry.origin, entry.reason) == (ada.username, "admin", "looked at it")
    assert entry.before == {"category": "Fuel", "set_by": "client"}
    assert entry.after == {"category": "Coffee", "set_by": "staff"}


def test_set__the_same_again__changes_and_logs_nothing(ada: User, event: SuggestionEvent) -> None:
    set_by(ada, event)

    assert not set_by(ada, event)
    assert not set_by(ada, event, expected="Fuel")  # as a second click on the same button asks
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("category", "more", "says"),
    [
        pytest.param("Coffe", {}, "Coffe is no active category of the client", id="typing error"),
        pytest.param("", {}, "nothing is no active category", id="empty"),
        pytest.param("Retired", {}, "no active category", id="inactive"),
        pytest.param("Fu\0el", {}, "characters that no category has", id="what no database holds"),
        pytest.param("Foreign", {}, "no active category", id="another client's"),
        pytest.param("Coffee", {"expected": "Gifts"}, "meanwhile its category has become Fuel", id="stale"),
    ],
)
def test_set__what_cannot_be__is_refused_and_changes_nothing(
    ada: User, event: SuggestionEvent, category: str, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(LabelRefused, match=says):
        set_by(ada, event, category, **more)

    assert label_of(event) == ("Fuel", "", "", False)
    assert not AuditEntry.objects.exists()


def test_set__the_end_user_has_spoken__is_refused(ada: User, event: SuggestionEvent) -> None:
    record_feedback(event.client, event_id=event.pk, transaction_id=None, action="correct", label="Gifts")

    with pytest.raises(LabelRefused, match="the end user has settled on Gifts"):
        set_by(ada, event)

    assert label_of(event)[0] == "Gifts"


def test_end_user__speaks_later__outranks_staff(ada: User, event: SuggestionEvent) -> None:
    set_by(ada, event)

    record_feedback(event.client, event_id=event.pk, transaction_id=None, action="correct", label="Gifts")

    assert label_of(event)[:3] == ("Gifts", "corrected", "rule")
    with pytest.raises(LabelRefused, match="nothing to withdraw"):
        withdraw_label(event.transaction_id, by=ada, origin=Origin.ADMIN)


def test_withdraw__after_another_was_set__is_refused_and_keeps_it(ada: User, event: SuggestionEvent) -> None:
    set_by(ada, event)

    with pytest.raises(LabelRefused, match="Not withdrawn: meanwhile its category has become Coffee"):
        withdraw_label(event.transaction_id, by=ada, origin=Origin.ADMIN, expected="Gifts")

    assert label_of(event)[0] == "Coffee"


def test_withdraw__brings_the_clients_category_back_and_is_logged(ada: User, event: SuggestionEvent) -> None:
    set_by(ada, event)
    StaleHour.objects.all().delete()

    withdraw_label(event.transaction_id, by=ada, origin=Origin.ADMIN)

    assert label_of(event) == ("Fuel", "", "", False)
    assert StaleHour.objects.exists()
    assert AuditEntry.objects.first().after == {"category": "Fuel", "set_by": "client"}  # type: ignore[union-attr]


def test_set__no_such_transaction__says_so(ada: User) -> None:
    with pytest.raises(LabelRefused, match="There is no transaction 987654"):
        set_label(987654, "Coffee", by=ada, origin=Origin.ADMIN)


def test_set__log_that_cannot_be_written__sets_nothing(ada: User, event: SuggestionEvent) -> None:
    with as_owner():
        AuditHead.objects.all().delete()

    with pytest.raises(LogUnavailable):
        set_by(ada, event)

    assert label_of(event) == ("Fuel", "", "", False)


def test_history__label_of_staff__is_known_but_no_correction_of_the_user(
    ada: User, event: SuggestionEvent
) -> None:
    set_by(ada, event)

    key = key_of_transaction(make_transaction(event.client))
    staffs = read_history(event.client_id, [key])
    record_feedback(event.client, event_id=event.pk, transaction_id=None, action="correct", label="Coffee")
    users = read_history(event.client_id, [key])

    assert ([*staffs.corrected_to], [*users.corrected_to]) == ([""], ["Coffee"])
    assert staffs.categories == {"Coffee"}


def test_command__sets_and_withdraws(event: SuggestionEvent) -> None:
    said = StringIO()
    txn_id = str(event.transaction_id)

    call_command("label_transaction", txn_id, "--category", "Coffee", "--reason", "seen", stdout=said)
    set_to = label_of(event)[0]
    call_command("label_transaction", txn_id, "--withdraw", stdout=said)

    assert (set_to, label_of(event)[0]) == ("Coffee", "Fuel")
    assert "Set." in said.getvalue()
    assert "Withdrawn" in said.getvalue()
    assert [(one.actor, one.origin) for one in AuditEntry.objects.all()] == [("", "command")] * 2


def test_command__what_is_refused__is_an_error(event: SuggestionEvent) -> None:
    with pytest.raises(CommandError, match="Choose one of the list"):
        call_command("label_transaction", str(event.transaction_id), "--category", "Coffe")
