"""The way of a suggestion, and what it asks on the way."""
