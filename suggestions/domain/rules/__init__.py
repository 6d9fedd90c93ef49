"""The rule engine: what a rule matches, which one wins, what one would do, which ones labels ask for."""
