"""Say where to click and what to paste, once the service answers."""

import json
from typing import Any

from lmsuggest.local.application import ask
from lmsuggest.local.installation import Installation

NEW_TRANSACTION = {
    "rows": [
        {
            "external_id": "try-1",
            "user_id": "user-001",
            "description": "STARBUCKS 00123 LONDON",
            "amount": "-4.50",
            "currency": "EUR",
            "date": "2026-01-15",
        }
    ]
}

NO_SECRETS = "not in the state folder any more; docs/runbook.md says how to make new ones"


def greet(installation: Installation, address: tuple[str, int], *, first_time: bool) -> str:
    """Return the lines that tell a person how to go on."""
    base = f"http://{address[0]}:{address[1]}"
    credentials = installation.credentials()
    lines = ["", f"LM Suggest is ready.  Ctrl-C ends it.  State: {installation.home}", ""]
    lines += [f"  Admin      {base}/admin/", f"  API docs   {base}/api/docs", ""]
    lines += _people(credentials) if first_time else []
    place = installation.shown_credentials_file if credentials else NO_SECRETS
    lines += [f"  Passwords and keys: {place}", ""]
    if key := credentials.get("client", {}).get("key"):
        lines += ["  To paste:", *_curl_lines(base, address, key), ""]
    return "\n".join(lines)


def _people(credentials: dict[str, Any]) -> list[str]:
    roles = [role for role in ("admin", "operator", "analyst") if role in credentials]
    return [
        f"  {role:<10} user {credentials[role]['username']}, password {credentials[role]['password']}"
        for role in roles
    ]


def _curl_lines(base: str, address: tuple[str, int], key: str) -> list[str]:
    page = ask(address, "/ml/transactions?limit=2", key=key) or {}
    ids = [row["txn_id"] for row in page.get("results", [])]
    authorization = f"-H 'Authorization: Api-Key {key}'"
    posting = f"{authorization} -H 'Content-Type: application/json'"
    body = json.dumps({"txn_ids": ids or [1]})
    return [
        f"  curl -sS {base}/ml/suggestions {posting} -d '{body}'",
        f"  curl -sS {base}/ml/v2/model/status {authorization}",
        f"  curl -sS {base}/ml/transactions {posting} -d '{json.dumps(NEW_TRANSACTION)}'",
    ]
