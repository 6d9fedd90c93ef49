"""manage.py create_client: add an application and print its first key, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from suggestions.management.new_client import create_client
from suggestions.models import ApiKey


class Command(BaseCommand):
    """Add a client with a key."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the client's name."""
        parser.add_argument("name", help="how the client is called in the admin and in logs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create both or neither; the key is stored hashed and cannot be shown again."""
        with transaction.atomic():
            client = create_client(options["name"].strip())
            _, key = ApiKey.objects.create_key(name=f"{client.name}, first key"[:50], client=client)
        self.stdout.write(f"Client {client.pk}: {client.name}")
        self.stdout.write(f"Key, shown only now: {key}")
