"""Say in words what each feature of a candidate is about."""

_OF_THE_TEXT = ("log_probability", "rank", "margin", "text_entropy", "prior")
_TEXT = "What the wording says, how sure it is, and how frequent the category is"
_ITSELF = "The transaction itself"
_BY_PREFIX = {
    "pair": "Labels of the same user at the same merchant",
    "merchant": "Labels of all users of the client at the same merchant",
    "word": "Labels at merchants whose name begins with the same word",
    "user": "Labels of the same user anywhere",
    "alike": "Labels of the user whose texts are alike",
}


def group_of(feature: str) -> str:
    """Return what the features of its group say, in words for people."""
    if feature in _OF_THE_TEXT:
        return _TEXT
    return _BY_PREFIX.get(feature.partition("_")[0], _ITSELF)
