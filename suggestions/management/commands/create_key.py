"""manage.py create_key: make a key for a client or a member of staff and print it, once."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from suggestions.key_log import record_made
from suggestions.management.client_named import client_named
from suggestions.models import ApiKey
from suggestions.roles import role_of


class Command(BaseCommand):
    """Make a key."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the owner and the key's name."""
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--client", help="the name of the client")
        owner.add_argument("--user", help="the user name of the member of staff")
        parser.add_argument("--name", required=True, help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the key; it is stored hashed and cannot be shown again."""
        owner = (
            {"client": client_named(options["client"])}
            if options["client"]
            else {"user": _user(options["user"])}
        )
        row = ApiKey(name=options["name"], **owner)
        try:
            row.clean_fields(exclude=["id", "prefix", "hashed_key"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        with transaction.atomic():
            key = ApiKey.objects.assign_key(row)
            row.save(force_insert=True)
            record_made(row, by=None)
        self.stdout.write(f"Key, shown only now: {key}")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None or role_of(user) is None:
        raise CommandError(
            f"There is no active member of staff {username!r} with a role; put the user into a group first."
        )
    return user
