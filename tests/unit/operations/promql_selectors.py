"""Take PromQL queries apart: which series they select."""

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser

from lmsuggest import wsgi
from suggestions.metrics import exported_metric_names

assert wsgi.application  # building it loads the middleware, which defines django-prometheus's metrics
PARTS = ("lhs", "rhs", "expr", "param", "vector_selector")
HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of a query."""

    metric: str
    values: dict[str, str]
    """Each label it asks for, with the value or pattern."""


def selectors_of(query: str) -> list[Selector]:
    """Return the selectors of a query.

    Raises:
        ValueError: it is no valid PromQL.
    """
    return [
        Selector(str(node.name), {str(one.name): str(one.value) for one in node.matchers.matchers})
        for node in _walk(promql_parser.parse(query))
    ]


def is_exported(metric: str) -> bool:
    """Tell whether the code exports a metric of this name, alone or as a part of a histogram."""
    names = exported_metric_names()
    return metric in names or any(metric.removesuffix(suffix) in names for suffix in HISTOGRAM_SUFFIXES)


def _walk(node: object) -> Iterator[promql_parser.VectorSelector]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
        return
    for child in [*getattr(node, "args", ()), *(getattr(node, part, None) for part in PARTS)]:
        if child is not None:
            yield from _walk(child)
