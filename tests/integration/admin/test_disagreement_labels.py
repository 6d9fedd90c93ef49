"""The right category of a disagreement, set and withdrawn in place."""

import pytest

from audit.models import AuditEntry
from suggestions.models import Client, Transaction
from tests.integration.admin.console import Console
from tests.integration.admin.disagreeing import PAGE, disagree, make_app, set_label

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(db: None) -> Client:
    return make_app()


def test_label__by_an_admin__is_set_logged_and_withdrawn(admin: Console, app: Client) -> None:
    event = disagree(app)

    page = set_label(admin, event, back="?client=budget+app").content.decode()
    label = Transaction.objects.get().known_category
    withdrawn = set_label(admin, event, known="Coffee", withdraw="1").content.decode()

    assert (label, Transaction.objects.get().known_category) == ("Coffee", "")
    assert "The right category is Coffee now." in page
    assert "set by staff" in page
    assert "Withdrawn: what was known before counts again." in withdrawn
    assert [entry.actor for entry in AuditEntry.objects.all()] == ["the admin"] * 2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param({"category": "Coffe"}, "Coffe is no active category of the client", id="typing error"),
        pytest.param({"category": ""}, "nothing is no active category", id="empty"),
        pytest.param({"category": "Fu\0el"}, "characters that no category has", id="NUL"),
        pytest.param({"known": "Fuel"}, "meanwhile its category has become unknown", id="stale"),
        pytest.param({"withdraw": "1"}, "there is nothing to withdraw", id="nothing set"),
    ],
)
def test_label__what_cannot_be__says_so_and_changes_nothing(
    admin: Console, app: Client, values: dict[str, str], says: str
) -> None:
    event = disagree(app)

    page = set_label(admin, event, **values).content.decode()

    assert says in page
    assert Transaction.objects.get().known_category == ""


def test_label__transaction_that_is_gone__says_so(admin: Console, app: Client) -> None:
    event = disagree(app)
    Transaction.objects.all().delete()

    assert "may have been deleted meanwhile" in set_label(admin, event).content.decode()


def test_label__way_back_that_cannot_be_read__changes_nothing(admin: Console, app: Client) -> None:
    event = disagree(app)
    back = "?" + "&".join(f"x{number}=1" for number in range(1_100))

    answer = set_label(admin, event, follow=False, back=back)

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()
    assert Transaction.objects.get().known_category == ""


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("?client=budget+app&before=7", f"{PAGE}?client=budget+app&before=7"),
        ("https://elsewhere.example/?client=a", f"{PAGE}?"),
        ("?date_from=soon&next=//elsewhere", f"{PAGE}?date_from=soon"),
    ],
)
def test_label__afterwards__leads_back_to_the_filter_and_nowhere_else(
    admin: Console, app: Client, back: str, leads_to: str
) -> None:
    answer = set_label(admin, disagree(app), follow=False, back=back)

    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
