"""Who may come in: clients, their keys, and members of staff."""
