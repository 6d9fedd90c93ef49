"""Labelled transactions in the database, for tests whose training runs in a process of its own."""

from decimal import Decimal

from suggestions.models import Transaction
from tests.builders import make_client
from tests.examples import synthetic_examples


def store_labelled_history(count: int) -> None:
    client = make_client()
    rows = (
        Transaction(
            client=client,
            external_id=str(number),
            user_id=labelled.example.user_key,
            description=labelled.example.description,
            amount=Decimal(str(labelled.example.amount)),
            currency=labelled.example.currency,
            date=labelled.example.date,
            category=labelled.category,
        )
        for number, labelled in enumerate(synthetic_examples(count))
    )
    Transaction.objects.bulk_create(rows, batch_size=1_000)  # a statement has at most 65,535 parameters
