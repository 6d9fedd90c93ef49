"""`manage.py models …`: see, train, promote and roll back model versions."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.numbers import positive
from mlmodels import conf, services
from mlmodels.domain.card import to_markdown
from mlmodels.learning.validation import validate
from mlmodels.management import comparing, schedule, training
from mlmodels.models import ModelVersion
from mlmodels.training import drift
from mlmodels.versions import cards, registry, retention


class Command(BaseCommand):
    """See, train, promote and roll back model versions."""

    help = "See, train, promote and roll back model versions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        parser.formatter_class = RawDescriptionHelpFormatter
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        status = actions.add_parser("status", help="say which version is champion and whether it answers")
        status.add_argument(
            "--json", action="store_true", dest="as_json", help="as /ml/v2/model/status answers"
        )
        training.add_arguments(
            actions.add_parser("train", help="train a new version from the labelled transactions")
        )
        run_training = actions.add_parser(
            "run-training", help="do the work of a queued run; workers call this"
        )
        run_training.add_argument("run_id", type=int)
        run_training.add_argument("--parent", type=int, help="end when this process, our parent, ends")
        actions.add_parser("list", help="list the versions, newest first")
        schedule.add_arguments(actions.add_parser("schedule", help="say or set when trainings are asked for"))
        run = actions.add_parser("log", help="print what happened in a training run")
        run.add_argument("run_id", type=int, nargs="?", help="its number; without it, the newest")
        show = actions.add_parser("show", help="show everything known of a version")
        show.add_argument("version", type=int)
        card = actions.add_parser("card", help="write the model card of a version as Markdown")
        card.add_argument("version", type=int, nargs="?", help="its number; without it, the champion's")
        comparing.add_arguments(actions.add_parser("compare", help="hold two versions against each other"))
        promote = actions.add_parser("promote", help="make a version champion")
        promote.add_argument("version", type=int)
        promote.add_argument("--reason", required=True)
        promote.add_argument(
            "--override-gate", action="store_true", help="promote a version that the gate has refused"
        )
        challenge = actions.add_parser("challenge", help="make a version challenger: asked in the shadow")
        challenge.add_argument("version", type=_version_or_none, help='its number, or "none" to end it')
        challenge.add_argument("--reason", default="", help="why, for the audit log")
        archive = actions.add_parser("archive", help="put a candidate aside")
        archive.add_argument("version", type=int)
        archive.add_argument("--reason", required=True)
        rollback = actions.add_parser("rollback", help="make the previous champion champion again")
        rollback.add_argument("--reason", required=True)
        actions.add_parser("drift", help="measure how far the world has moved away from the champion")
        prune = actions.add_parser("prune", help="drop the bytes of all but the newest versions")
        prune.add_argument("--keep", type=positive, help="how many of them keep theirs")
        check = actions.add_parser("validate", help="prove a version's artifact in a child process")
        check.add_argument("version", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the method of the subcommand."""
        actions = {
            "status": self._status,
            "train": lambda options: training.train(options, self.stdout),
            "run-training": lambda options: training.run_training(options, self.stdout),
            "list": self._list,
            "schedule": lambda options: schedule.handle(options, self.stdout),
            "log": lambda options: training.write_log(options["run_id"], self.stdout),
            "show": self._show,
            "card": self._card,
            "compare": self._compare,
            "promote": self._promote,
            "challenge": self._challenge,
            "archive": self._archive,
            "rollback": self._roll_back,
            "drift": self._drift,
            "prune": self._prune,
            "validate": self._validate,
        }
        try:
            actions[options["action"]](options)
        except services.RegistryRefused as error:
            raise CommandError(error.detail) from error

    def _status(self, options: dict[str, Any]) -> None:
        status = services.model_status()
        if options["as_json"]:
            self.stdout.write(json.dumps(status, indent=2, ensure_ascii=False))
            return
        meta: Any = status.get("meta")
        if meta is None:
            self.stdout.write(
                "No champion; rules answer everything. `manage.py models train` makes a version."
            )
            return
        verdict = "answers" if status["available"] else f"does not answer: {status['reason']}"
        self.stdout.write(f"Champion v{meta['version']} {verdict}")
        self.stdout.write(
            f"  trained {meta['trained_at']} on {meta['train_size']} + {meta['val_size']} transactions"
        )
        self.stdout.write(
            f"  accuracy {meta['val_accuracy']:.4f}, macro F1 {meta['val_f1_macro']:.4f} on the newest"
        )
        self.stdout.write(
            f"  {len(meta['classes'])} categories, {meta['trees']} trees, {meta['size_bytes']} bytes"
        )
        challenger = registry.challenger_ref()
        if challenger is not None:
            self.stdout.write(f"Challenger v{challenger.id}")

    def _list(self, _options: dict[str, Any]) -> None:
        versions = list(ModelVersion.objects.defer("artifact"))
        if not versions:
            self.stdout.write("No version yet; `manage.py models train` makes one.")
        for version in versions:
            metrics = version.metrics
            self.stdout.write(
                f"v{version.pk}  {version.status:<10}  {version.trained_at:%Y-%m-%d %H:%M}  "
                f"accuracy {metrics['val_accuracy']:.4f}  macro F1 {metrics['val_f1_macro']:.4f}"
            )

    def _show(self, options: dict[str, Any]) -> None:
        version = _version(options["version"])
        shown = (
            "status",
            "sha256",
            "size_bytes",
            "feature_version",
            "labels",
            "data_fingerprint",
            "metrics",
            "gate",
        )
        facts = {"version": version.pk} | {name: getattr(version, name) for name in shown}
        moments = ("trained_at", "validated_at", "promoted_at")
        facts |= {name: str(getattr(version, name) or "") for name in moments}
        facts["rejected_reason"] = version.rejected_reason
        self.stdout.write(json.dumps(facts, indent=2, ensure_ascii=False))

    def _card(self, options: dict[str, Any]) -> None:
        number = options["version"]
        self.stdout.write(
            to_markdown(cards.card_of(_champion() if number is None else _version(number))), ending=""
        )

    def _compare(self, options: dict[str, Any]) -> None:
        first, second = _version(options["first"]), _version(options["second"])
        comparing.compare(first, second, options, self.stdout)

    def _promote(self, options: dict[str, Any]) -> None:
        version = registry.promote(
            options["version"],
            by=None,
            reason=options["reason"],
            override_gate=options["override_gate"],
        )
        self.stdout.write(f"v{version.pk} is champion.")

    def _challenge(self, options: dict[str, Any]) -> None:
        why: dict[str, Any] = {"reason": options["reason"], "origin": registry.Origin.COMMAND}
        if options["version"] is not None:
            self.stdout.write(f"v{registry.challenge(options['version'], **why).pk} is challenger.")
            return
        ended = registry.end_challenge(**why)
        self.stdout.write(f"v{ended.pk} is {ended.status} again." if ended else "There is no challenger.")

    def _archive(self, options: dict[str, Any]) -> None:
        version = services.archive(options["version"], by=None, reason=options["reason"])
        self.stdout.write(f"v{version.pk} is archived.")

    def _roll_back(self, options: dict[str, Any]) -> None:
        version = registry.roll_back(by=None, reason=options["reason"])
        self.stdout.write(f"v{version.pk} is champion again.")

    def _drift(self, _options: dict[str, Any]) -> None:
        readings = drift.measure()
        if not readings:
            self.stdout.write("No champion, so nothing to measure.")
        for reading in readings:
            verdict = "DRIFT" if reading.is_drift else "steady"
            self.stdout.write(
                f"{reading.kind:<10}  {verdict:<6}  {reading.value:.3f} of {reading.limit:.3f}  "
                f"{reading.rows} rows  {reading.detail}"
            )

    def _prune(self, options: dict[str, Any]) -> None:
        dropped = retention.prune(keep=options["keep"] or conf.keep_versions())
        names = ", ".join(f"v{pk}" for pk in dropped)
        self.stdout.write(f"Dropped the bytes of {names}." if dropped else "Nothing to drop.")

    def _validate(self, options: dict[str, Any]) -> None:
        version = _version(options["version"])
        if not version.size_bytes:
            raise CommandError(f"The bytes of v{version.pk} were dropped to save space.")
        verdict = validate(bytes(version.artifact), version.sha256)
        if not verdict.passed:
            raise CommandError(f"v{version.pk} does not pass: {verdict.reason}")
        self.stdout.write(f"v{version.pk} passes: digest, schema, trees and golden answers.")


def _version_or_none(text: str) -> int | None:
    return None if text == "none" else int(text)


def _champion() -> ModelVersion:
    champion = ModelVersion.objects.defer("artifact").filter(status=ModelVersion.Status.CHAMPION).first()
    if champion is None:
        raise CommandError(
            "There is no champion; name a version, `manage.py models list` shows those there are."
        )
    return champion


def _version(pk: int) -> ModelVersion:
    version = ModelVersion.objects.filter(pk=pk).first()
    if version is None:
        raise CommandError(f"There is no version {pk}; `manage.py models list` shows those there are.")
    return version
