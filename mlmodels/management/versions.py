"""`manage.py models status`, `list`, `show` and `card`: what is known of the versions."""

import json
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from mlmodels import services
from mlmodels.domain.card import to_markdown
from mlmodels.management.acting import Options, version_named
from mlmodels.models import ModelVersion
from mlmodels.versions.cards import card_of

_FACTS = (
    *("status", "sha256", "size_bytes", "feature_version", "labels", "data_fingerprint", "metrics", "gate"),
)
_MOMENTS = ("trained_at", "validated_at", "promoted_at")


def add_actions(actions: Any) -> None:
    """Define status, list, show and card."""
    status = actions.add_parser("status", help="say which version is champion and whether it answers")
    status.add_argument("--json", action="store_true", dest="as_json", help="as /ml/v2/model/status answers")
    status.set_defaults(act=_show_status)
    actions.add_parser("list", help="list the versions, newest first").set_defaults(act=_list)
    show = actions.add_parser("show", help="show everything known of a version")
    show.add_argument("version", type=int)
    show.set_defaults(act=_show)
    card = actions.add_parser("card", help="write the model card of a version as Markdown")
    card.add_argument("version", type=int, nargs="?", help="its number; without it, the champion's")
    card.set_defaults(act=_write_card)


def _show_status(options: Options, out: OutputWrapper) -> None:
    status = services.model_status()
    if options["as_json"]:
        out.write(json.dumps(status, indent=2, ensure_ascii=False))
        return
    meta: Any = status.get("meta")
    if meta is None:
        out.write("No champion; rules answer everything. `manage.py models train` makes a version.")
        return
    verdict = "answers" if status["available"] else f"does not answer: {status['reason']}"
    out.write(f"Champion v{meta['version']} {verdict}")
    out.write(f"  trained {meta['trained_at']} on {meta['train_size']} + {meta['val_size']} transactions")
    out.write(f"  accuracy {meta['val_accuracy']:.4f}, macro F1 {meta['val_f1_macro']:.4f} on the newest")
    out.write(f"  {len(meta['classes'])} categories, {meta['trees']} trees, {meta['size_bytes']} bytes")
    challenger = services.challenger_ref()
    if challenger is not None:
        out.write(f"Challenger v{challenger.id}")


def _list(_options: Options, out: OutputWrapper) -> None:
    versions = list(ModelVersion.objects.defer("artifact"))
    if not versions:
        out.write("No version yet; `manage.py models train` makes one.")
    for version in versions:
        metrics = version.metrics
        out.write(
            f"v{version.pk}  {version.status:<10}  {version.trained_at:%Y-%m-%d %H:%M}  "
            f"accuracy {metrics['val_accuracy']:.4f}  macro F1 {metrics['val_f1_macro']:.4f}"
        )


def _show(options: Options, out: OutputWrapper) -> None:
    version = version_named(options["version"])
    facts = {"version": version.pk} | {name: getattr(version, name) for name in _FACTS}
    facts |= {name: str(getattr(version, name) or "") for name in _MOMENTS}
    facts["rejected_reason"] = version.rejected_reason
    out.write(json.dumps(facts, indent=2, ensure_ascii=False))


def _write_card(options: Options, out: OutputWrapper) -> None:
    number = options["version"]
    out.write(to_markdown(card_of(_champion() if number is None else version_named(number))), ending="")


def _champion() -> ModelVersion:
    champion = ModelVersion.objects.defer("artifact").filter(status=ModelVersion.Status.CHAMPION).first()
    if champion is None:
        raise CommandError(
            "There is no champion; name a version, `manage.py models list` shows those there are."
        )
    return champion
