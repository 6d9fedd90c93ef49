"""The pictures in the documentation: each that is shown exists, each that is taken is shown."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 150_000


def shown() -> set[Path]:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    found = set()
    for page in pages:
        for name in re.findall(r"images/[\w-]+\.png", page.read_text(encoding="utf-8")):
            found.add(IMAGES / Path(name).name)
    return found


def test_images__shown__exist_and_no_other() -> None:
    assert shown() == set(IMAGES.iterdir())


def test_images__each__is_small_and_has_words_for_those_who_cannot_see_it() -> None:
    assert all(path.stat().st_size < LARGEST_BYTES for path in IMAGES.iterdir())
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        assert "![](" not in page.read_text(encoding="utf-8")


def test_images__taken__are_those_that_are_shown() -> None:
    script = (ROOT / "tests" / "screenshots" / "__main__.py").read_text(encoding="utf-8")

    assert {f"{name}.png" for name in re.findall(r'Shot\("([\w-]+)"', script)} == {
        path.name for path in IMAGES.iterdir()
    }
