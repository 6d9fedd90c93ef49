"""What the form of a rule sends."""

RULE_FORM = {
    "name": "Coffee",
    "kind": "literal",
    "pattern": "tim hortons",
    "category": "Restaurants",
    "priority": "0",
    "sign": "any",
    "is_active": "on",
}
