"""Fixtures shared by every test: the office's people live in `tests/support`."""
