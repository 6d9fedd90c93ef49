"""The model card of a version: what is known of it, in sections for people."""

from mlmodels.domain.card.contents import write_card
from mlmodels.domain.card.facts import Override, VersionFacts
from mlmodels.domain.card.layout import Card, Column, Item, Section, Table
from mlmodels.domain.card.markdown import to_markdown

__all__ = [
    "Card",
    "Column",
    "Item",
    "Override",
    "Section",
    "Table",
    "VersionFacts",
    "to_markdown",
    "write_card",
]
