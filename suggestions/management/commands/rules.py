"""manage.py rules: try a rule before it is saved, see which the labels ask for, and go back to a version."""

from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.log import LogUnavailable, LogUnreadable, Origin
from suggestions.domain.rules.engine import InvalidPattern, check_pattern
from suggestions.domain.rules.trial import Trial
from suggestions.domain.transaction_row import RowError, parse_amount
from suggestions.management.client_named import client_named
from suggestions.models import Rule
from suggestions.rules.history import (
    SHOWN,
    RevertRefused,
    Versions,
    deleted_rules,
    find_version,
    read_versions,
    revert,
)
from suggestions.rules.suggested import offer_rules
from suggestions.rules.trial import try_rule

_NAME: Final = "the rule"


class Command(BaseCommand):
    """Try, suggest, list versions and revert: what the admin's pages of rules can do."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define try, suggest, history, deleted and revert."""
        actions = parser.add_subparsers(dest="action", required=True)
        self._add_try(actions.add_parser("try", help="what a rule would do; saves nothing"))
        suggest = actions.add_parser("suggest", help="the rules that the users' labels ask for")
        suggest.set_defaults(act=self._suggest)
        history = actions.add_parser("history", help="the versions of a rule")
        history.add_argument("rule_id", type=int)
        history.set_defaults(act=self._list_history)
        deleted = actions.add_parser("deleted", help="the rules that are gone")
        deleted.set_defaults(act=self._list_deleted)
        back = actions.add_parser("revert", help="make a rule again what it was before one of its changes")
        back.add_argument("entry", type=int, help="the change's number, from history or deleted")
        back.add_argument("--reason", required=True)
        back.set_defaults(act=self._revert)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action asked for."""
        options["act"](options)

    def _add_try(self, parser: CommandParser) -> None:
        parser.add_argument("--pattern", required=True)
        parser.add_argument("--kind", choices=Rule.Kind.values, default=Rule.Kind.LITERAL.value)
        parser.add_argument("--category", required=True)
        parser.add_argument("--client", help="the client's name; without it the rule is shared")
        parser.add_argument("--user-id", default="")
        parser.add_argument("--sign", choices=Rule.Sign.values, default=Rule.Sign.ANY.value)
        parser.add_argument("--amount-min")
        parser.add_argument("--amount-max")
        parser.add_argument("--priority", type=int, default=0)
        parser.add_argument("--replaces", type=int, metavar="ID", help="the rule whose place it takes")
        parser.add_argument(
            "--with-descriptions", action="store_true", help="examples are left out otherwise"
        )
        parser.set_defaults(act=self._try)

    def _try(self, options: dict[str, Any]) -> None:
        trial = try_rule(_to_rule(options))
        self.stdout.write(
            f"It matches {trial.matched:,} of the newest {trial.looked_at:,} transactions.\n"
            f"Right where the category is known: {trial.precision}.\n"
            f"Suggestions of the rules that would change: {trial.changed:,}; {trial.mended:,} from wrong or "
            f"nothing to right, {trial.spoiled:,} from right to wrong or nothing."
        )
        if trial.looked_at_before:
            self.stdout.write(f"For this, {trial.looked_at_before:,} more were looked at, of its old client.")
        self._write_lists(trial)
        for description in trial.examples if options["with_descriptions"] else ():
            self.stdout.write(f"  such as: {description}")
        for warning in trial.warnings:
            self.stdout.write(self.style.WARNING(f"Warning: {warning}"))

    def _write_lists(self, trial: Trial) -> None:
        for change in trial.changes:
            self.stdout.write(
                f"  {change.count:>6,}  {change.before or 'nothing'} → {change.after or 'nothing'}"
            )
        for conflict in trial.conflicts:
            first = "this rule" if conflict.is_won else "the other"
            self.stdout.write(
                f"Rule {conflict.rule.id} “{conflict.rule.name}” says {conflict.rule.category} about "
                f"{conflict.count:,} of them; {first} comes first."
            )

    def _suggest(self, _options: dict[str, Any]) -> None:
        offered = offer_rules()
        if not offered:
            self.stdout.write(
                "No rule is asked for: the rules say what the users do, or too little is known."
            )
        for row in offered:
            one = row.suggestion
            say = f"say {one.rules_say}" if one.rules_say else "are silent"
            self.stdout.write(
                f"{row.client}: merchant “{one.merchant}” → {one.category}: right on {one.precision}, "
                f"{one.users} users, {one.corrections} corrections; the rules {say}"
            )

    def _list_history(self, options: dict[str, Any]) -> None:
        rule_id = options["rule_id"]
        self._list(read_versions(rule_id), f"Nothing is known of rule {rule_id}.")

    def _list_deleted(self, _options: dict[str, Any]) -> None:
        self._list(deleted_rules(), "No rule is gone.")

    def _list(self, versions: Versions | None, nothing: str) -> None:
        if versions is None:
            raise CommandError("The audit log cannot be read; run `manage.py audit verify`.")
        if not versions.shown:
            self.stdout.write(nothing)
        for version in versions.shown:
            changes = ", ".join(f"{one.name}: {one.before} → {one.after}" for one in version.changes)
            self.stdout.write(
                f"{version.sequence}  {version.changed_at:%Y-%m-%d %H:%M}  rule {version.rule_id} "
                f"{version.word} by {version.who}: {changes}"
            )
        if versions.is_cut:
            self.stdout.write(f"These are the latest {SHOWN}; older ones stand in the audit log alone.")

    def _revert(self, options: dict[str, Any]) -> None:
        entry = options["entry"]
        try:
            version = find_version(entry)
            if version is None:
                raise CommandError(f"Entry {entry} is no change of a rule; see `manage.py rules history`.")
            rule = revert(version, by=None, origin=Origin.COMMAND, reason=options["reason"])
        except (RevertRefused, LogUnavailable, LogUnreadable) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Rule {rule.pk} “{rule}” is again what it was before entry {entry}.")


def _to_rule(options: dict[str, Any]) -> Rule:
    columns = ("kind", "pattern", "category", "priority", "sign", "user_id")
    rule = Rule(
        pk=options["replaces"],
        name=_NAME,
        client=client_named(options["client"]) if options["client"] else None,
        amount_min=_amount(options["amount_min"]),
        amount_max=_amount(options["amount_max"]),
        **{name: options[name] for name in columns},
    )
    try:
        check_pattern(rule.kind, rule.pattern)
        rule.full_clean(validate_unique=False)
    except InvalidPattern as error:
        raise CommandError(str(error)) from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return rule


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else parse_amount(text)
    except RowError as error:
        raise CommandError(f"An amount {error.detail}.") from error
