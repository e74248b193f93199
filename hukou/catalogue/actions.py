"""Loading a catalogue version."""

from __future__ import annotations

from django.db import connection, transaction

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock

from . import parsing, signals
from .errors import VersionTaken
from .models import CatalogueVersion, SubType


@transaction.atomic
def load(data: bytes, by: Officer | None = None) -> CatalogueVersion:
    """Check a catalogue file and put it in force. Open cases keep the version they began with.

    The same file again changes nothing but which version is in force. `by` is None when the system loads it.
    Raises BadCatalogue, VersionTaken, NotPermitted.
    """
    if by is not None:
        policies.require(by, "catalogue.load")
    catalogue = parsing.parse(data)
    with connection.cursor() as cursor:  # one loader at a time
        cursor.execute("select pg_advisory_xact_lock(hashtext('catalogue.load'))")
    row = CatalogueVersion.objects.filter(version=catalogue.version).first()
    if row is not None and row.sha256 != catalogue.sha256:
        raise VersionTaken(version=catalogue.version)
    if row is not None and row.is_current:
        return row
    CatalogueVersion.objects.filter(is_current=True).update(is_current=False)
    if row is None:
        row = CatalogueVersion.objects.create(
            version=catalogue.version, sha256=catalogue.sha256, meta=dict(catalogue.meta), loaded_at=clock.now()
        )
        SubType.objects.bulk_create(
            SubType(
                catalogue=row,
                code=subtype.code,
                category_code=category.code,
                category_zh=category.name_zh,
                category_en=category.name_en,
                name_zh=subtype.name_zh,
                name_en=subtype.name_en,
                data=dict(subtype.raw),
            )
            for category in catalogue.categories
            for subtype in category.subtypes
        )
    row.is_current = True
    row.save(update_fields=["is_current"])
    signals.loaded.send(CatalogueVersion, version=row, by=by)
    return row
