"""What this layer tells the layers above."""

from django.dispatch import Signal

document_sealed = Signal()
"""Sent inside the transaction that put a level's seal on, with `application`."""

stamps_renewed = Signal()
"""Sent inside the transaction that stamped a sealed document anew, with `document`."""
