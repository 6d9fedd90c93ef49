"""The versions in the admin."""
