"""Disagreements of an application, and the page that shows them."""

from typing import Any

from suggestions.models import Category, Client, SuggestionEvent
from tests.builders import make_client, make_event, make_transaction
from tests.integration.admin.console import Console

PAGE = "/admin/suggestions/suggestionevent/disagreements/"


def make_app() -> Client:
    client = make_client(name="budget app")
    for name in ("Coffee", "Fuel", "Restaurants"):
        Category.objects.create(client=client, name=name)
    return client


def disagree(client: Client, row: dict[str, Any] | None = None, **overrides: Any) -> SuggestionEvent:
    values = {"state": "disagree", "model_category": "Fuel", "model_confidence": 0.7}
    return make_event(make_transaction(client, **row or {}), **values | overrides)


def page_of(console: Console, address: str = PAGE, **query: Any) -> str:
    answer = console.browser.get(address, query) if query else console.browser.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def set_label(console: Console, event: SuggestionEvent, follow: bool = True, **values: str) -> Any:
    address = f"{PAGE}{event.transaction_id}/label/"
    return console.browser.post(address, {"category": "Coffee", "known": ""} | values, follow=follow)
