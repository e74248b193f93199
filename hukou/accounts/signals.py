"""What the accounts tell the layers above."""

from django.dispatch import Signal

signed_in_refused = Signal()
"""A sign-in failed: `officer` (None when the number is unknown), `number` as typed, `code` (wrong | locked), and `locks`:
whether this failure is the one that locks the number."""
