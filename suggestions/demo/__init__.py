"""A believable demo: people, merchants and transactions, all invented here."""
