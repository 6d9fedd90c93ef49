"""Transactions and suggestions: what was suggested, and why."""
