"""Tell a real difference from chance where two predictors answered the same rows."""

from math import exp, isnan, lgamma, log

ALPHA = 0.05
NEGLIGIBLE = 1e-18


def is_surely_worse(mine: float, other: float, *, rows: int) -> bool:
    """Tell whether an accuracy is significantly below another one on the same rows; NaN counts as below.

    The exact one-sided sign test over the rows that only one of the two got right, at 5 % (McNemar 1947;
    Fagerland, Lydersen and Laake 2013). Two accuracies leave open how many such rows there were: taken is the
    largest number that fits them, under which a difference is least significant. What is called worse is
    therefore worse whichever rows they were.
    """
    if isnan(mine) or isnan(other):
        return True
    my_errors, other_errors = round((1 - mine) * rows), round((1 - other) * rows)
    lost_by = my_errors - other_errors
    if lost_by <= 0:
        return False
    won = min(other_errors, rows - my_errors)
    lost = won + lost_by
    return probability_of_heads(lost, tosses=lost + won) < ALPHA


def probability_of_heads(at_least: int, *, tosses: int) -> float:
    """Return P(heads ≥ at_least) for so many tosses of a fair coin."""
    if at_least > tosses:
        return 0.0
    if 2 * at_least <= tosses:
        return 1 - probability_of_heads(tosses - at_least + 1, tosses=tosses)
    heads, total = at_least, 0.0
    term = exp(lgamma(tosses + 1) - lgamma(heads + 1) - lgamma(tosses - heads + 1) - tosses * log(2))
    while heads <= tosses and term > NEGLIGIBLE:
        total += term
        term *= (tosses - heads) / (heads + 1)
        heads += 1
    return total
