"""How a model learns and answers; no database, no clock."""
