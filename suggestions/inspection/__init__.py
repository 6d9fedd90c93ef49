"""What people look at to understand suggestions; nothing is kept of it."""
