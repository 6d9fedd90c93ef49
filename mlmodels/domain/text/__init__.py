"""What a transaction's text becomes before a model reads it."""
