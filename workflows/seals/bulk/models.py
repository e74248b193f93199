"""Batches of papers and what became of each paper."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHA256 = r"^[0-9a-f]{64}$"


class Batch(models.Model):
    """Papers (户籍证明 and other certificates) that one officer looks through and seals together.

    A run is one opening of the key: `run` is its mark while it lasts. Whoever signs shows the mark before every
    chunk, so taking the mark away stops the run wherever it is.
    """

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    run = models.CharField(max_length=32, blank=True, help_text="mark of the run that signs now")
    run_until = models.DateTimeField(null=True, help_text="end of its window")
    run_seen_at = models.DateTimeField(null=True, help_text="when it last finished a chunk")
    stopped_by = models.CharField(max_length=40, blank=True, help_text="why the last run ended early; a stable word")

    class Meta:
        app_label = "seals"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="batch_run_whole", condition=Q(run="") | Q(run_until__isnull=False, run_seen_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BatchItem(models.Model):
    """One paper. It is signed only after every page of exactly these bytes was on the officer's screen."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not looked at")
        SHOWN = "shown", _("looked at")
        SIGNED = "signed", _("sealed")
        FAILED = "failed", _("failed")
        ASIDE = "aside", _("put aside")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(help_text="1-based")
    name = models.CharField(max_length=120, help_text="of the file as it was brought; may name a citizen")
    sha256 = models.CharField(max_length=64, help_text="of the bytes brought, shown and signed")
    size = models.PositiveIntegerField(help_text="bytes")
    pages = models.PositiveSmallIntegerField()
    box = models.JSONField(help_text="where the seal goes on the last page: left, bottom, right, top in points")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    delivered = models.BigIntegerField(default=0, help_text="bit n−1: the picture of page n was sent to the officer")
    shown_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    closed_sha256 = models.CharField(max_length=64, blank=True, help_text="of the sealed paper with a stamp over it")
    stamped_until = models.DateTimeField(null=True, help_text="until when the newest stamp over it can be checked")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the certificate that signed")
    failure = models.CharField(max_length=40, blank=True, help_text="a stable word")

    class Meta:
        app_label = "seals"
        ordering: ClassVar = ["batch_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_paper_per_place", fields=["batch", "position"]),
            models.UniqueConstraint(name="one_paper_per_batch", fields=["batch", "sha256"]),
            models.CheckConstraint(name="batch_item_sha256_hex", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(
                name="only_what_was_shown_is_signed",
                condition=~Q(state__in=["shown", "signed", "failed"]) | Q(shown_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signed_item_has_result",
                condition=~Q(state="signed")
                | Q(signed_at__isnull=False, result_sha256__regex=SHA256, fingerprint__regex=SHA256),
            ),
        ]
        indexes: ClassVar = [
            # Counting, listing and taking the next ones: each reads only what it needs of a table of millions.
            models.Index(name="batch_item_by_state", fields=["batch", "state", "position"]),
            models.Index(name="batch_item_by_result", fields=["result_sha256"], condition=Q(state="signed")),
            models.Index(name="batch_item_by_closed", fields=["closed_sha256"], condition=~Q(closed_sha256="")),
            models.Index(name="batch_item_stamp_runs_out", fields=["stamped_until"], condition=Q(state="signed")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position} {self.state}"

    @property
    def newest_sha256(self) -> str:
        """Of the paper as it is handed out now: stamped, or sealed, or as it was brought."""
        return self.closed_sha256 or self.result_sha256 or self.sha256

    @property
    def whole(self) -> int:
        """What `delivered` is when every page was sent."""
        return (1 << self.pages) - 1
