"""Find the client that a command names."""

from django.core.management.base import CommandError

from suggestions.models import Client


def client_named(name: str) -> Client:
    """Return the client.

    Raises:
        CommandError: there is none of that name; it says which there are.
    """
    client = Client.objects.filter(name=name).first()
    if client is None:
        names = ", ".join(Client.objects.values_list("name", flat=True)) or "none yet; see create_client"
        raise CommandError(f"There is no client {name!r}; the clients are: {names}.")
    return client
