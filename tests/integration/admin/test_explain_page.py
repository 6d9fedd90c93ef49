"""Why the model answers as it does, on request: from the transaction and from each of its suggestions."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.utils import timezone

from mlmodels.services import Contribution
from suggestions.admin.transactions.candidate_view import CandidateView
from suggestions.models import Category, Client, SuggestionEvent, Transaction
from tests.builders import make_client, make_event, make_transaction
from tests.champions import break_champion, install_champion, make_ranked, raises
from tests.integration.admin.console import Console

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]

TRANSACTIONS = "/admin/suggestions/transaction/"


@pytest.fixture
def client_of_three(db: None) -> Client:
    client = make_client()
    for name in ("Fuel", "Groceries", "Restaurants"):
        Category.objects.create(client=client, name=name)
    return client


@pytest.fixture
def sushi(client_of_three: Client) -> Transaction:
    return make_transaction(client_of_three, description="SUSHI BAR #3")


def page_of(console: Console, row: Transaction) -> str:
    return str(console.browser.get(f"{TRANSACTIONS}{row.pk}/explain/").content.decode())


def test_explain__linked_from_the_transaction_and_from_its_suggestion(
    analyst: Console, sushi: Transaction
) -> None:
    make_event(sushi)
    event = make_event(sushi)
    assert event.pk != sushi.pk

    for address in (
        f"{TRANSACTIONS}{sushi.pk}/change/",
        f"/admin/suggestions/suggestionevent/{event.pk}/change/",
    ):
        assert f'href="{TRANSACTIONS}{sushi.pk}/explain/"' in analyst.browser.get(address).content.decode()


def test_explain__champion__candidates_with_reasons_and_signed_contributions(
    analyst: Console, sushi: Transaction
) -> None:
    champion = install_champion()

    page = page_of(analyst, sushi)

    candidates = re.findall(r'<summary><span class="lm-wrap">(\w+)</span> <b>([\d.]+) %</b>', page)
    assert candidates[0][0] == "Restaurants"
    assert {name for name, _ in candidates} == {"Fuel", "Groceries", "Restaurants"}
    assert [float(share) for _, share in candidates] == sorted(
        (float(one[1]) for one in candidates), reverse=True
    )
    assert "the wording alone says so with" in page
    assert f"What v{champion.pk} answers now" in page
    # The first candidate's features: what adds or takes away most comes first.
    table = page.split("</table>")[0]
    added = [float(text.replace("−", "-")) for text in re.findall(r">([+−]\d+\.\d+)</td>", table)]
    assert "Where the score starts" in table
    assert [abs(one) for one in added[1:9]] == sorted((abs(one) for one in added[1:9]), reverse=True)
    assert min(added) < 0 < max(added)
    scores = [float(text) for text in re.findall(r"<td>Score</td>.*?>(-?\d+\.\d+)</td>", page)]
    assert sum(added) == pytest.approx(scores[0], abs=0.006)
    assert scores == sorted(scores, reverse=True)


def test_candidate__many_features__shows_eight_and_the_sum_of_the_others() -> None:
    gains = [0.9, -0.8, 0.7, 0.6, 0.5, 0.4, -0.3, 0.2, 0.15, -0.05]
    features = [(f"pair_{place}", 1.0, gain) for place, gain in enumerate(gains)]

    view = CandidateView(Contribution(make_ranked("Fuel"), -0.5, features), is_open=True, quotes=True)

    assert [row.adds for row in view.features][:2] == ["+0.900", "−0.800"]
    assert {row.says for row in view.features} == {"Labels of the same user at the same merchant"}
    assert (len(view.features), view.other_count, view.others) == (8, 2, "+0.100")
    assert view.score == "1.800"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({}, None, id="nothing-withheld"),
        pytest.param(
            {"SUGGEST_MODEL_MIN_CONFIDENCE": 1.0},
            "the confidence of its best candidate is below SUGGEST_MODEL_MIN_CONFIDENCE, 1.",
            id="not-sure-enough",
        ),
    ],
)
def test_explain__answer_that_the_service_withholds__says_so_and_by_which_setting(
    analyst: Console, sushi: Transaction, settings: Any, changes: dict[str, Any], reason: str | None
) -> None:
    install_champion()
    for name, value in changes.items():
        setattr(settings, name, value)

    page = page_of(analyst, sushi)

    assert ("The model withholds this answer" in page) is (reason is not None)
    assert reason is None or reason in page
    assert "<summary>" in page


def test_explain__what_the_user_has_corrected__is_never_withheld(
    analyst: Console, sushi: Transaction, settings: Any
) -> None:
    install_champion()
    settings.SUGGEST_MODEL_ABSTAINS, settings.SUGGEST_MODEL_MIN_CONFIDENCE = True, 1.0
    make_transaction(
        sushi.client,
        description="SUSHI BAR #7",
        feedback_category="Fuel",
        feedback_verdict="corrected",
        feedback_source="model",
        feedback_at=timezone.now(),
    )

    assert "The model withholds this answer" not in page_of(analyst, sushi)


def test_explain__changes_and_records_nothing(analyst: Console, sushi: Transaction) -> None:
    install_champion()

    page_of(analyst, sushi)

    assert not SuggestionEvent.objects.exists()


def test_explain__no_champion__says_so(analyst: Console, sushi: Transaction) -> None:
    page = page_of(analyst, sushi)

    assert "No model has been promoted" in page
    assert "<summary>" not in page


def test_explain__model_that_fails__says_so_and_shows_no_details(
    analyst: Console, sushi: Transaction
) -> None:
    break_champion(install_champion(), raises)

    page = page_of(analyst, sushi)

    assert "The model raised an error" in page
    assert "secret" not in page


def test_explain__client_without_categories__says_so(analyst: Console) -> None:
    install_champion()

    page = page_of(analyst, make_transaction(make_client()))

    assert "The client has no category that could be suggested." in page


def test_explain__hostile_texts__are_text(analyst: Console, client_of_three: Client) -> None:
    install_champion()
    Category.objects.create(client=client_of_three, name="<b>bold</b>")
    row = make_transaction(client_of_three, description="<script>alert(1)</script>", category="<b>bold</b>")

    page = page_of(analyst, row)

    assert "<script>alert(1)" not in page
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page


def test_explain__no_role__is_refused(sushi: Transaction) -> None:
    nobody = Browser()
    nobody.force_login(
        User.objects.create_user("nobody", is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )

    assert nobody.get(f"{TRANSACTIONS}{sushi.pk}/explain/").status_code == 403
