"""What this layer tells the layers above."""

from django.dispatch import Signal

document_sealed = Signal()
"""Sent inside the transaction that put a level's seal on, with `application`."""
