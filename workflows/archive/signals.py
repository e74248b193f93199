"""What this layer tells the layers above."""

from django.dispatch import Signal

case_filed = Signal()
"""Sent inside the transaction that filed a case, with `record`."""

version_made = Signal()
"""Sent inside the transaction that concluded a late capture, with `version`."""
