"""The playground in the admin: what is pasted is answered, and stays nowhere."""

import re
from typing import Any

import pytest

from suggestions.models import Category, Client, Rollout, SuggestionEvent, Transaction
from tests.builders import make_client, make_rule, set_canary
from tests.champions import install_champion
from tests.integration.admin.console import Console

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]

PLAYGROUND = "/admin/suggestions/transaction/playground/"


@pytest.fixture
def app(db: None) -> Client:
    client = make_client(name="budget app")
    for name in ("Fuel", "Groceries", "Restaurants"):
        Category.objects.create(client=client, name=name)
    return client


def post(console: Console, app: Client, **fields: Any) -> str:
    given = {
        "client": app.pk,
        "description": "SUSHI BAR #3",
        "amount": "-4.50",
        "currency": "CAD",
        "date": "2026-03-01",
        "memo": "",
        "user_id": "user-1",
    }
    return str(console.browser.post(PLAYGROUND, given | fields).content.decode())


def test_playground__outside_the_canary__rules_served_and_everything_said(
    analyst: Console, app: Client
) -> None:
    champion = install_champion()
    rule = make_rule(name="Raw fish", pattern="sushi", category="Groceries")

    page = post(analyst, app)

    for part in (
        '<p class="lm-state" id="played" dir="auto">Groceries (0.80)</p>',
        "The rules were served: the canary is at 0 %.",
        "The model, not served: <bdi>Restaurants (",
        f'href="/admin/suggestions/rule/{rule.pk}/change/">',
        "rule &quot;Raw fish&quot; matched &quot;SUSHI&quot;</a>",
        "<td>answers</td>",
        "outside the canary of 0 %",
        f"What the model says: v{champion.pk}",
        "<summary>",
    ):
        assert part in page


def test_playground__in_the_canary__the_model_is_served(analyst: Console, app: Client) -> None:
    install_champion()
    set_canary(10_000)

    page = post(analyst, app)

    assert re.search(r'id="played" dir="auto">Restaurants \([01]\.\d\d\)</p>', page)
    assert "The model was served: bucket" in page
    assert "The rules, not served: <bdi>no answer</bdi>" in page
    assert "No rule matches." in page


def test_playground__contributions__are_bars_beside_their_figures(analyst: Console, app: Client) -> None:
    install_champion()

    page = post(analyst, app)

    table = page.split("</table>")[0]
    widths = [
        float(width) for width in re.findall(r'aria-hidden="true"><span style="width: ([\d.]+)%">', table)
    ]
    assert max(widths) == widths[0] == 100
    assert 'class="lm-weight lm-against"' in page
    assert len(widths) == len(re.findall(r'class="lm-nowrap"', table)) > 1


@pytest.mark.parametrize(("share", "is_said"), [(0, False), (250, True)])
def test_playground__blind_slice__is_said_to_be_chosen_by_ids(
    analyst: Console, app: Client, share: int, is_said: bool
) -> None:
    Rollout.objects.filter(pk=1).update(blind_share=share)

    assert ("2.5 % of the transactions are shown nothing" in post(analyst, app)) is is_said


def test_playground__no_user_and_no_champion__says_so(analyst: Console, app: Client) -> None:
    page = post(analyst, app, user_id="")

    assert "the transaction has no user id, so it belongs to no bucket" in page
    assert "none: there is no user id" in page
    assert "No model has been promoted" in page


@pytest.mark.parametrize(
    ("fields", "field", "complaint"),
    [
        pytest.param({"amount": "four"}, "amount", "must be a number such as -12.50", id="amount"),
        pytest.param({"amount": ""}, "amount", "the amount is missing", id="no amount"),
        pytest.param({"amount": "1e400"}, "amount", "must be a number", id="huge amount"),
        pytest.param({"description": " "}, "description", "must not be empty", id="description"),
        pytest.param({"description": "x" * 501}, "description", "at most 500 characters", id="long"),
        pytest.param({"currency": "EURO"}, "currency", "three-letter code", id="currency"),
        pytest.param({"date": "2026-02-30"}, "date", "is not a day of the calendar", id="date"),
        pytest.param({"user_id": "u" * 101}, "user_id", "at most 100 characters", id="user"),
        pytest.param({"client": "987654"}, "client", "Select a valid choice", id="client"),
    ],
)
def test_playground__bad_input__is_named_at_its_field(
    analyst: Console, app: Client, fields: dict[str, str], field: str, complaint: str
) -> None:
    page = post(analyst, app, **fields)

    error = re.search(rf'id="id_{field}_error" role="alert">([^<]*)<', page)
    assert error
    assert complaint in error[1]
    assert 'id="played"' not in page


def test_playground__odd_but_right__is_answered_as_text(analyst: Console, app: Client) -> None:
    Category.objects.create(client=app, name="<script>alert(2)</script>")
    make_rule(pattern="متجر", category="<script>alert(2)</script>", client=app)

    page = post(analyst, app, amount="-0.00", description="متجر <script>alert(1)</script>", currency="eur")

    assert "0.00 EUR" in page
    assert "-0.00 EUR" not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt; (0.90)" in page
    assert "متجر" in page


def test_playground__stores_nothing(analyst: Console, app: Client) -> None:
    post(analyst, app)

    assert not Transaction.objects.exists()
    assert not SuggestionEvent.objects.exists()


def test_playground__no_client__says_how_to_make_one(analyst: Console) -> None:
    page = analyst.browser.get(PLAYGROUND).content.decode()

    assert "manage.py create_client" in page
    assert "<form" not in page.partition('id="content-main"')[2].partition("</main>")[0]


def test_playground__address_with_a_description__is_not_read(analyst: Console, app: Client) -> None:
    page = analyst.browser.get(PLAYGROUND, {"description": "SUSHI", "client": app.pk}).content.decode()

    assert "SUSHI" not in page.partition('id="content-main"')[2]
