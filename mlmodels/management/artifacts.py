"""`manage.py models prune` and `validate`: the bytes of the versions."""

from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from console.numbers import positive
from mlmodels import conf
from mlmodels.learning.validation import validate
from mlmodels.management.acting import Options, version_named
from mlmodels.versions import retention


def add_actions(actions: Any) -> None:
    """Define prune and validate."""
    prune = actions.add_parser("prune", help="drop the bytes of all but the newest versions")
    prune.add_argument("--keep", type=positive, help="how many of them keep theirs")
    prune.set_defaults(act=_prune)
    check = actions.add_parser("validate", help="prove a version's artifact in a child process")
    check.add_argument("version", type=int)
    check.set_defaults(act=_validate)


def _prune(options: Options, out: OutputWrapper) -> None:
    dropped = retention.prune(keep=options["keep"] or conf.keep_versions())
    names = ", ".join(f"v{pk}" for pk in dropped)
    out.write(f"Dropped the bytes of {names}." if dropped else "Nothing to drop.")


def _validate(options: Options, out: OutputWrapper) -> None:
    version = version_named(options["version"])
    if not version.size_bytes:
        raise CommandError(f"The bytes of v{version.pk} were dropped to save space.")
    result = validate(bytes(version.artifact), version.sha256)
    if not result.passed:
        raise CommandError(f"v{version.pk} does not pass: {result.reason}")
    out.write(f"v{version.pk} passes: digest, schema, trees and golden answers.")
