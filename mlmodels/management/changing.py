"""`manage.py models promote`, `challenge`, `archive` and `rollback`: what a version is from now on."""

from typing import Any

from django.core.management.base import OutputWrapper

from mlmodels import services
from mlmodels.management.acting import Options
from mlmodels.versions import registry


def add_actions(actions: Any) -> None:
    """Define promote, challenge, archive and rollback."""
    promote = actions.add_parser("promote", help="make a version champion")
    promote.add_argument("version", type=int)
    promote.add_argument("--reason", required=True)
    promote.add_argument(
        "--override-gate", action="store_true", help="promote a version that the gate has refused"
    )
    promote.set_defaults(act=_promote)
    challenge = actions.add_parser("challenge", help="make a version challenger: asked in the shadow")
    challenge.add_argument("version", type=_version_or_none, help='its number, or "none" to end it')
    challenge.add_argument("--reason", default="", help="why, for the audit log")
    challenge.set_defaults(act=_challenge)
    archive = actions.add_parser("archive", help="put a candidate aside")
    archive.add_argument("version", type=int)
    archive.add_argument("--reason", required=True)
    archive.set_defaults(act=_archive)
    rollback = actions.add_parser("rollback", help="make the previous champion champion again")
    rollback.add_argument("--reason", required=True)
    rollback.set_defaults(act=_roll_back)


def _promote(options: Options, out: OutputWrapper) -> None:
    version = services.promote(
        options["version"], by=None, reason=options["reason"], override_gate=options["override_gate"]
    )
    out.write(f"v{version.pk} is champion.")


def _challenge(options: Options, out: OutputWrapper) -> None:
    why: dict[str, Any] = {"reason": options["reason"], "origin": registry.Origin.COMMAND}
    if options["version"] is not None:
        out.write(f"v{services.challenge(options['version'], **why).pk} is challenger.")
        return
    ended = services.end_challenge(**why)
    out.write(f"v{ended.pk} is {ended.status} again." if ended else "There is no challenger.")


def _archive(options: Options, out: OutputWrapper) -> None:
    version = services.archive(options["version"], by=None, reason=options["reason"])
    out.write(f"v{version.pk} is archived.")


def _roll_back(options: Options, out: OutputWrapper) -> None:
    version = services.roll_back(by=None, reason=options["reason"])
    out.write(f"v{version.pk} is champion again.")


def _version_or_none(text: str) -> int | None:
    return None if text == "none" else int(text)
