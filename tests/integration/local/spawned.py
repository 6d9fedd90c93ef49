"""Start one program without a supervisor and wait, for the tests to kill."""

import sys
import time
from pathlib import Path

from lmsuggest.local.processes import spawn
from tests.integration.local.supervised import family


def main(folder: Path) -> None:
    """Start a family and live on."""
    spawn(family(folder, "first", "stubborn"), stdout=None)
    time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
