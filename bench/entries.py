"""The contenders of the table, in its order; one more is one line here and one file beside."""

from typing import Final

from bench.contender import Entry
from bench.linear_text import logistic_variants, svc_variants
from bench.lookups import Majority, MerchantLookup, Rules
from bench.ours import ours_variants
from bench.plain_trees import tree_variants

ENTRIES: Final = (
    Entry("majority", "majority", lambda size: {"": Majority}),
    Entry("lookup", "merchant lookup", lambda size: {"": MerchantLookup}),
    Entry("rules", "starter rules", lambda size: {"": Rules}),
    Entry("trees", "plain LightGBM", tree_variants, has_schemes=True),
    Entry("logistic", "logistic regression, text", logistic_variants, has_schemes=True),
    Entry("svc", "LinearSVC, text and users", svc_variants, has_schemes=True),
    Entry("ours", "ours, as served", ours_variants),
)
NAMES: Final = tuple(entry.name for entry in ENTRIES)


def entry_named(name: str) -> Entry:
    """Return the contender of this name."""
    return next(entry for entry in ENTRIES if entry.name == name)
