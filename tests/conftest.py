"""Fixtures for every test; those of one part stand in that part's own conftest.py."""
