"""Ask axe-core what would keep people out of a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return what is wrong on the open page, each fault with the element it is found at."""
    # The script is evaluated by the debugger, which the Content-Security-Policy lets pass.
    answer: dict[str, Any] = (
        Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response
    )
    return [
        f"{found['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]
