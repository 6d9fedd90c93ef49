"""Prove an artifact in a child process: a damaged model can kill the process that parses it."""

import json
import math
import os
import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.tree_text import TreeTextInvalid, check_tree_text
from mlmodels.learning.artifacts import (
    ArtifactRefused,
    OpenedArtifact,
    canonical,
    digest_of,
    golden_answers,
    open_artifact,
)

TIMEOUT_SECONDS = 30.0
MEMORY_BYTES = 2 * 1024**3

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What the child said; `reason` is empty when the artifact passed."""

    passed: bool
    reason: str = ""


def validate(data: bytes, sha256: str, *, timeout: float = TIMEOUT_SECONDS) -> ValidationResult:
    """Return whether an artifact passes; whatever the bytes do, they do it to a child process."""
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "mlmodels.learning.validation", sha256],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env=environment,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ValidationResult(False, f"timeout: no verdict within {timeout:g} seconds")
    if child.returncode != 0:
        return ValidationResult(False, f"crash: the child process ended with {child.returncode}")
    try:
        answer = json.loads(child.stdout.splitlines()[-1])
        return ValidationResult(bool(answer["passed"]), str(answer["reason"])[:400])
    except (ValueError, IndexError, KeyError, TypeError):
        return ValidationResult(False, "crash: the child process gave no verdict")


def inspect(data: bytes, sha256: str) -> ValidationResult:
    """Return whether an artifact passes, in this very process; only for a child that may die of it."""
    try:
        artifact = open_artifact(data, sha256)
        _check_seal(artifact, data)
        check_tree_text(artifact.document["model"], features=len(FEATURE_NAMES))
        _check_answers(artifact)
    except ArtifactRefused as error:
        return ValidationResult(False, str(error))
    except TreeTextInvalid as error:
        return ValidationResult(False, f"structure: {error}")
    except Exception as error:
        # The bytes are not trusted: whatever they break, they are refused. The message may quote them.
        return ValidationResult(False, f"unreadable: {type(error).__name__}")
    return ValidationResult(True)


def _check_seal(artifact: OpenedArtifact, data: bytes) -> None:
    if artifact.document.get("digest") != digest_of(artifact.document):
        raise ArtifactRefused("seal", "the content is not what was sealed")
    if canonical(artifact.document) != data:
        raise ArtifactRefused("seal", "the document is not written in the one way it may be")


def _check_answers(artifact: OpenedArtifact) -> None:
    estimator = artifact.estimator()
    if estimator.ranker.rewritten() != artifact.document["model"]:
        raise ArtifactRefused("structure", "LightGBM reads something else than what is written")
    answers = golden_answers(estimator)
    confidences = [float(confidence) for ranked in answers for _, confidence in ranked]
    if not all(math.isfinite(confidence) and 0 <= confidence <= 1 for confidence in confidences):
        raise ArtifactRefused("nonfinite", "a confidence is not a number from 0 to 1")
    if not all(answers):
        raise ArtifactRefused("schema", "an example has no candidate")
    if answers != artifact.document["golden"]:
        raise ArtifactRefused(
            "golden", "the answers to the golden examples are not those given when it was sealed"
        )


def _main() -> None:
    with suppress(OSError, ValueError):  # macOS refuses the limit on memory; the time limit holds everywhere
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    result = inspect(sys.stdin.buffer.read(), sys.argv[1])
    # A line of its own: the model's parser may have printed before.
    sys.stdout.write("\n" + json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    _main()
