"""Create a client as a command does: refused in a sentence, whoever was quicker."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from suggestions.models import Client


def create_client(name: str) -> Client:
    """Create a client.

    Raises:
        CommandError: the name is taken, or none that a client may have.
    """
    client = Client(name=name)
    try:
        _save(client)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return client


def _save(client: Client) -> None:
    client.full_clean()
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError:
        # The name was free when it was checked.
        raise client.unique_error_message(Client, ("name",)) from None
