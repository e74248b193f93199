"""The trail: events, their place in the Merkle log, and the signed checkpoints over it.

Every table here is append-only. The database refuses updates, deletes and truncates (`guards`);
what proves that nothing was changed on purpose is the log itself (see `verifier`).
No column is a foreign key: what an event says must outlive the rows it speaks of.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .fields import CurrentTransaction, TransactionIdField


class Event(models.Model):
    """One act of one person or of the system. `leaf` is the evidence; every other column is a projection of it.

    In the database the table is partitioned by the month of `at`, its key is (id, at), and the trigger
    event_has_the_number_just_taken keeps `subject_seq` unique across months (migration 0002, `guards`).
    """

    at = models.DateTimeField(help_text="server time of the act, UTC, microseconds")
    action = models.CharField(max_length=60, help_text="a registered name, e.g. case.accepted")
    subject = models.CharField(max_length=80, help_text="app.model:key of what was acted on")
    subject_seq = models.PositiveIntegerField(help_text="1, 2, 3 … per subject without a gap")
    case_id = models.BigIntegerField(null=True, help_text="the case this belongs to, when there is one")
    officer_id = models.BigIntegerField(null=True, help_text="who; NULL is the system itself")
    officer_number = models.CharField(max_length=20, blank=True)
    office_id = models.BigIntegerField(null=True, help_text="for which office they acted")
    office_code = models.CharField(max_length=12, blank=True)
    duty = models.CharField(max_length=20, blank=True, help_text="in which role they acted")
    workstation = models.CharField(max_length=80, blank=True, help_text="from which machine")
    session = models.CharField(max_length=32, blank=True, help_text="start of the SHA-256 of the session key")
    details = models.JSONField(help_text="what else; ids, codes and digests, never personal data")
    leaf = models.BinaryField(help_text="RFC 8785 bytes that are hashed into the log")
    txid = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="event_subject_seq_from_one", condition=models.Q(subject_seq__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(name="event_in_commit_order", fields=["txid", "id"]),
            models.Index(name="event_of_case", fields=["case_id", "id"], condition=models.Q(case_id__isnull=False)),
            models.Index(name="event_of_officer", fields=["officer_id", "at"]),
            models.Index(name="event_in_time", fields=["at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject}#{self.subject_seq} {self.action}"


class Tally(models.Model):
    """How many events a subject has. Gives the next `subject_seq`, and shows when the newest event is missing."""

    subject = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.subject}: {self.count}"


class Leaf(models.Model):
    """The place of an event in the Merkle log (RFC 6962), given by the sequencer."""

    leaf_index = models.BigIntegerField(primary_key=True, help_text="0-based")
    event_id = models.BigIntegerField(unique=True)
    txid = TransactionIdField(help_text="of the event; with event_id, how far the log has read")
    hash = models.BinaryField(help_text="SHA-256 of 0x00 and the event's leaf bytes")

    class Meta:
        ordering: ClassVar = ["leaf_index"]
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"leaf {self.leaf_index}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP tlog-checkpoint)."""

    tree_size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(help_text="SHA-256 tree head, RFC 6962")
    frontier = models.BinaryField(help_text="hashes of the full subtrees on the right edge, largest first")
    note = models.TextField(help_text="the signed note as published")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["tree_size"]

    def __str__(self) -> str:
        return f"checkpoint {self.tree_size}"

    @property
    def root_hex(self) -> str:
        """The root as people compare it."""
        return bytes(self.root).hex()


class Cosignature(models.Model):
    """A witness outside this database saw a checkpoint, and that it continues the one it saw before."""

    tree_size = models.BigIntegerField()
    witness = models.CharField(max_length=120, help_text="its name")
    line = models.CharField(max_length=300, help_text="signature line of the note, as the witness gave it")
    seen_at = models.DateTimeField(help_text="by the clock of the witness")

    class Meta:
        ordering: ClassVar = ["tree_size", "witness"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_cosignature_per_witness_and_size", fields=["tree_size", "witness"]),
        ]

    def __str__(self) -> str:
        return f"{self.witness} of {self.tree_size}"


class Stamp(models.Model):
    """A time-stamping service stamped a checkpoint (RFC 3161), over the bytes of its note."""

    tree_size = models.BigIntegerField(primary_key=True)
    authority = models.CharField(max_length=200, help_text="which service")
    token = models.BinaryField(help_text="DER of the ContentInfo")
    stamped_at = models.DateTimeField(help_text="by the clock of the service")

    class Meta:
        ordering: ClassVar = ["tree_size"]

    def __str__(self) -> str:
        return f"stamp of {self.tree_size}"


class Verification(models.Model):
    """A verification that was made: how far, and whether it held. Where the next one goes on from; no evidence."""

    at = models.DateTimeField()
    since = models.BigIntegerField(help_text="size from which it began; 0 is everything")
    tree_size = models.BigIntegerField(help_text="size up to which it went")
    findings = models.PositiveIntegerField(help_text="0: it held")
    kinds = models.JSONField(default=list, help_text="kinds of findings")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"verification of {self.since} to {self.tree_size}: {self.findings} findings"
