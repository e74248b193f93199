"""What the calendar tells the layers above."""

from django.dispatch import Signal

edited = Signal()
"""Sent inside the editing transaction with `version` (YearVersion) and `days` (list of DayRule): due times must follow."""
