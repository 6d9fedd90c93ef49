"""Create the demo's staff, its client and their keys, and write their secrets to one private file."""

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.db import transaction

from suggestions.models import ApiKey, Client
from suggestions.roles import Role

CLIENT_NAME: Final = "Demo budgeting app"
CREDENTIALS_FILE: Final = "credentials.json"
_PASSWORD_BYTES: Final = 12
_WITH_KEY: Final = (Role.ADMIN, Role.OPERATOR)


def create_accounts(folder: Path) -> list[str]:
    """Create the accounts that are missing and write their secrets to the folder; return what was created.

    Passwords and keys are new for each installation. Only that file has them: the database keeps hashes.
    """
    path = folder / CREDENTIALS_FILE
    with transaction.atomic():
        fresh: dict[str, dict[str, str]] = {}
        for role in (Role.ADMIN, Role.OPERATOR, Role.ANALYST):
            if not User.objects.filter(username=role.value).exists():
                fresh[role.value] = _create_user(role)
        client, _ = Client.objects.get_or_create(name=CLIENT_NAME)
        if not client.keys.exists():
            _, key = ApiKey.objects.create_key(name=CLIENT_NAME, client=client)
            fresh["client"] = {"id": str(client.pk), "name": CLIENT_NAME, "key": key}
        if fresh:
            # Before the commit: better a password without an account than an account without a password.
            _write_private(path, _read(path) | fresh)
    return list(fresh)


def _create_user(role: Role) -> dict[str, str]:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    name = role.value
    if role is Role.ADMIN:
        user = User.objects.create_superuser(name, password=password)
    else:
        user = User.objects.create_user(name, password=password, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=name)[0])
    account = {"username": name, "password": password}
    if role in _WITH_KEY:
        _, account["key"] = ApiKey.objects.create_key(name=f"{name}, demo", user=user)
    return account


def _read(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_private(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".credentials-")  # mode 600 from the start
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
