"""Forms that notice when somebody else has saved the same row since their reader opened it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.forms.models import model_to_dict
from django.utils import timezone

SEEN: Final = "seen_at"
"""The hidden field of the form that says which state of the row its reader knows of."""


@dataclass(frozen=True, slots=True)
class LastSave:
    """The last save of a row."""

    who: str
    """A user's name, or what else it was in words."""
    at: datetime


class NoticesOtherSaves:
    """Part of a form of a row: refuses once what would write unseen values over, and says whose."""

    reader: str = ""
    """The name of the user whose form it is."""
    data: Any
    instance: Model
    base_fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Now, because validation writes what was typed into the instance.
        self._state_now = _state_of(self.instance, list(self.base_fields))

    @property
    def now_seen_at(self) -> str:
        """Return which state of the row its reader knows of; empty for a new one."""
        if self.is_only_asked():
            return str(self.data.get(SEEN, ""))
        return f"{self._state_now}@{timezone.now().isoformat()}" if self._state_now else ""

    def is_only_asked(self) -> bool:
        """Tell whether the form was sent for an answer and not to be saved."""
        return False

    def last_save(self) -> LastSave | None:
        """Return who saved the row last, by the pages' own log; None where that is not known."""
        own = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(type(self.instance)),
            object_id=str(self.instance.pk),
        )
        entry = own.select_related("user").first()
        return LastSave(entry.user.get_username(), entry.action_time) if entry else None

    def clean(self) -> dict[str, Any]:
        """Refuse values that were typed above an older state of the row."""
        values: dict[str, Any] = super().clean() or {}  # type: ignore[misc]
        seen, _, opened_at = self.data.get(SEEN, "").partition("@")
        if seen and not self.is_only_asked() and seen != self._state_now:
            self.add_error(  # type: ignore[attr-defined]
                None,
                f"{self._tell_save(opened_at)}. Nothing was saved now. Your values stand in the form; save "
                "again to write them over the others.",
            )
        return values

    def _tell_save(self, opened_at: str) -> str:
        name = self.instance._meta.verbose_name
        save = self.last_save()
        if save is None or save.at.isoformat() < opened_at:
            return f"Somebody else has saved the {name} since you opened it, by a command or by a client"
        at = f"{timezone.localtime(save.at):%Y-%m-%d %H:%M}"
        if save.who == self.reader:
            return f"You have saved the {name} since you opened it, in another window, {at}"
        return f"Somebody else has saved the {name} since you opened it: {save.who}, {at}"


def noticing(form: type[forms.ModelForm], *, reader: str) -> type[forms.ModelForm]:  # type: ignore[type-arg]
    """Return the form of a reader with the part that notices."""
    bases = (form,) if issubclass(form, NoticesOtherSaves) else (NoticesOtherSaves, form)
    metaclass: Any = type(form)
    made: type[forms.ModelForm] = metaclass(  # type: ignore[type-arg]
        form.__name__, bases, {"__module__": form.__module__, "reader": reader}
    )
    return made


def _state_of(row: Model, fields: list[str]) -> str:
    if row.pk is None:
        return ""
    facts = sorted(model_to_dict(row, fields=fields).items())
    return sha256(repr([(name, _comparable(value)) for name, value in facts]).encode()).hexdigest()


def _comparable(value: object) -> object:
    # Rows of another table come in any order, and their names may take a query each.
    if isinstance(value, list) and all(isinstance(one, Model) for one in value):
        return sorted(one.pk for one in value)
    return value
