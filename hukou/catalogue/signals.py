"""What the catalogue tells the layers above."""

from django.dispatch import Signal

loaded = Signal()
"""Sent inside the loading transaction with `version` and `by` (Officer, or None for the system), so that the trail can record it."""
