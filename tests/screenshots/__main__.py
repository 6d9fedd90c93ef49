"""Take pictures of the main pages of a fresh installation with some traffic: `make screenshots`."""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from lmsuggest.local.servers import find_free_port
from tests.functional.installed import running
from tests.screenshots.camera import Shot, take
from tests.screenshots.traffic import let_users_come
from tests.smoke.browser import CHROMIUM_OPTIONS, BrowserConsole
from tests.smoke.service import Service

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
READY_SECONDS = 300
COUNTED_SECONDS = 45
"""Beat counts every half minute."""
RULE = "/admin/suggestions/rule/add/?name=Coffee+houses&pattern=coffee&category=Restaurants"
PLAYGROUND = "/admin/suggestions/transaction/playground/"
EVENTS = "/admin/suggestions/suggestionevent/"


def main() -> int:
    """Write the pictures and return the exit status."""
    with tempfile.TemporaryDirectory(prefix="lmsuggest-pictures-") as folder:
        home, port = Path(folder) / "home", find_free_port()
        print("Starting a fresh installation", flush=True)
        with running(home, port, Path(folder) / "log") as installation:
            installation.wait_until_ready(READY_SECONDS)
            _take_all(f"http://127.0.0.1:{port}", json.loads((home / "credentials.json").read_text()))
            installation.end(signal.SIGINT)
    return 0


def _take_all(url: str, credentials: dict[str, dict[str, str]]) -> None:
    client, admin = credentials["client"], credentials["admin"]
    service = Service(url, int(client["id"]), client["key"], credentials["operator"]["key"])
    with BrowserConsole(url, admin["username"], admin["password"]) as console:
        console.set_canary(10, "a first look at the model")
    print("Letting users come", flush=True)
    let_users_come(service)
    time.sleep(COUNTED_SECONDS)
    print("Taking the pictures", flush=True)
    IMAGES.mkdir(exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_OPTIONS, *sandbox])
        take(browser, url, (admin["username"], admin["password"]), _shots(), IMAGES)
        browser.close()


def _shots() -> list[Shot]:
    return [
        Shot("home", "/admin/"),
        Shot("home-dark", "/admin/", is_dark=True),
        Shot("home-phone", "/admin/", is_phone=True),
        Shot("rollout", "/admin/suggestions/rollout/"),
        Shot("disagreements", f"{EVENTS}disagreements/"),
        Shot("suggestion", EVENTS, prepare=_open_a_disagreement),
        Shot("playground", PLAYGROUND, prepare=_ask_the_playground),
        Shot("rule", RULE, prepare=_try_the_rule),
        Shot("versions", "/admin/mlmodels/modelversion/"),
        Shot("audit-log", "/admin/audit/auditentry/"),
    ]


def _open_a_disagreement(page: Page) -> None:
    page.goto(f"{page.url.split('/admin/')[0]}{EVENTS}?state__exact=disagree")
    page.locator("#result_list tbody a").first.click()
    page.wait_for_url(re.compile(r"/\d+/change/"))


def _ask_the_playground(page: Page) -> None:
    page.get_by_label("Description").fill("SQ *BLUE BOTTLE COFFEE 0042 TORONTO")
    page.get_by_label("Amount").fill("-4.50")
    page.get_by_role("button", name="Try it").click()


def _try_the_rule(page: Page) -> None:
    page.get_by_role("button", name="Try").click()
    page.get_by_text("It matches").scroll_into_view_if_needed()


if __name__ == "__main__":
    sys.exit(main())
