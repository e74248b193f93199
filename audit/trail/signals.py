"""What the trail tells the layers above."""

from django.dispatch import Signal

refused = Signal()
"""A request was refused: `by` (Officer or None), `action` and the error `code`. Sent in the transaction that writes the
event, which stands though the act was rolled back."""
