"""The filter of the disagreements page: all of it stands in the address, so a link can be shared."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from suggestions.domain.ids import MAX_ID
from suggestions.domain.text_input import is_storable
from suggestions.domain.transaction_row import NAME_LENGTH, TEXT_LENGTH
from suggestions.inspection.disagreements import DisagreementFilter

_SEEN: Final = {"yes": True, "no": False}


def _text(label: str, *, longest: int = NAME_LENGTH, options: str = "") -> forms.CharField:
    attributes = {"list": options} if options else {}
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        strip=False,
        widget=UnfoldAdminTextInputWidget(attrs=attributes),
    )


class FilterForm(forms.Form):
    """Which disagreements are shown; an empty field asks for nothing."""

    date_from = forms.DateField(
        label="From", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    date_to = forms.DateField(
        label="To", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    rule_category = _text("Rules say", options="disagreement-rules")
    model_category = _text("Model says", options="disagreement-models")
    merchant = _text("Description contains", longest=TEXT_LENGTH)
    merchant_key = _text("Exact merchant", longest=TEXT_LENGTH)
    is_merchant_seen = forms.ChoiceField(
        label="Merchant known to the model",
        required=False,
        choices=[("", "Either"), ("yes", "Yes"), ("no", "No")],
        widget=UnfoldAdminSelectWidget,
    )
    min_confidence = forms.FloatField(
        label="Model's confidence at least",
        required=False,
        min_value=0,
        max_value=1,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "placeholder": "0 to 1"}),
    )
    model_version = forms.IntegerField(
        label="Model version",
        required=False,
        min_value=1,
        max_value=MAX_ID,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )
    client = _text("Client", options="disagreement-clients")

    def __init__(self, query: QueryDict, *, reads_texts: bool = False) -> None:
        super().__init__({name: query.get(name, "") for name in self.base_fields}, auto_id="filter-%s")
        self._reads_texts = reads_texts
        if not reads_texts:
            self.fields["merchant"].label = "Merchant contains"

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and text that no database can hold."""
        values = super().clean() or {}
        first, last = values.get("date_from"), values.get("date_to")
        if first and last and first > last:
            self.add_error("date_to", "The last day lies before the first: exchange them.")
        for name, value in list(values.items()):
            if isinstance(value, str) and not is_storable(value):
                self.add_error(name, "This text contains characters that cannot be stored.")
        return values

    @property
    def wanted(self) -> DisagreementFilter:
        """Return the filter; only of a form that is valid."""
        values = self.cleaned_data
        is_seen = _SEEN.get(values["is_merchant_seen"])
        return DisagreementFilter(**values | {"is_merchant_seen": is_seen}, reads_texts=self._reads_texts)

    @property
    def given(self) -> dict[str, str]:
        """Return what the address says of the filter, without what is empty."""
        return {name: value for name, value in self.data.items() if value}

    def address(self, changes: Mapping[str, object]) -> str:
        """Return the query of the same filter with some of it changed."""
        return "?" + urlencode(self.given | {name: str(value) for name, value in changes.items()})
