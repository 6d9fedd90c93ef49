"""Follow the journey on a running installation: `make ml-smoke`."""

import argparse
import json
import os
import sys
from pathlib import Path

from tests.smoke.browser import BrowserConsole
from tests.smoke.journey import follow
from tests.smoke.service import JourneyFailed, Service


def main() -> int:
    arguments = _parse()
    try:
        credentials = json.loads(Path(arguments.credentials).read_text())
    except OSError as error:
        print(f"✗ {error}: start the service first, with make run or make stack")
        return 1
    client = credentials["client"]
    service = Service(arguments.url, int(client["id"]), client["key"], credentials["operator"]["key"])
    admin = credentials["admin"]
    try:
        with BrowserConsole(arguments.url, admin["username"], admin["password"]) as console:
            follow(service, console, lambda line: print(f"✓ {line}", flush=True))
    except JourneyFailed as error:
        print(f"✗ {error}")
        return 1
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make ml-smoke", description=__doc__)
    port = os.environ.get("PORT") or "8000"
    home = os.environ.get("LMSUGGEST_HOME") or ".local"
    parser.add_argument("--url", default=os.environ.get("URL") or f"http://127.0.0.1:{port}")
    parser.add_argument("--credentials", default=str(Path(home) / "credentials.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
