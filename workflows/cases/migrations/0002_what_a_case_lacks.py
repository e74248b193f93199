"""What a case lacks, how many pages it has and since when it is whole, for old cases too."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import migrations, models
from django.db.models import Count, Max, Q

BATCH = 2_000
STAGES = ("acceptance", "investigation", "completion")


def fill(apps: Any, schema_editor: Any) -> None:
    """Batch by batch. An old case counts as whole since its last acceptance page."""
    from hukou.catalogue.requirements import completeness
    from hukou.catalogue.types import SubTypeSpec

    Case, Material = apps.get_model("cases", "Case"), apps.get_model("cases", "Material")
    SubType = apps.get_model("catalogue", "SubType")
    specs: dict[int, SubTypeSpec] = {}
    last = 0

    def spec_of(key: int) -> SubTypeSpec:
        if key not in specs:
            row = SubType.objects.get(pk=key)
            specs[key] = SubTypeSpec.from_entry(row.category_code, row.data)
        return specs[key]

    while True:
        fields = ("pk", "subtype_id", "facts", "judged", "accepted_at")
        cases = list(Case.objects.filter(pk__gt=last).order_by("pk").only(*fields)[:BATCH])
        if not cases:
            return
        last = cases[-1].pk
        live = Q(placements__superseded_at=None)
        newest: dict[int, datetime] = {}
        pages: defaultdict[int, dict[str, int]] = defaultdict(dict)
        subtypes = {case.pk: case.subtype_id for case in cases}
        slots = Material.objects.filter(case_id__gte=cases[0].pk, case_id__lte=last).order_by()
        counted = slots.annotate(live=Count("placements", filter=live), last=Max("placements__placed_at", filter=live))
        for case, code, count, at in counted.values_list("case_id", "code", "live", "last"):
            pages[case][code] = count
            if at is not None and spec_of(subtypes[case]).material(code).stage == "acceptance":
                newest[case] = max(at, newest.get(case, at))
        for case in cases:
            spec, held = spec_of(case.subtype_id), pages[case.pk]
            answer = completeness(
                spec, facts=frozenset(case.facts), judged=frozenset(case.judged), pages=held, stages=STAGES
            )
            case.page_count = sum(held.values())
            case.lacking = [
                slot.code
                for slot in answer.slots
                if slot.needed and slot.state in ("missing", "partial") and slot.stage == "acceptance"
            ]
            if case.accepted_at is not None and not case.lacking:
                case.captured_at = max(case.accepted_at, newest.get(case.pk, case.accepted_at))
        Case.objects.bulk_update(cases, ["lacking", "page_count", "captured_at"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="captured_at",
            field=models.DateTimeField(
                help_text="first moment after acceptance at which no acceptance material was missing: projection",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="lacking",
            field=models.JSONField(
                default=list, help_text="acceptance materials still missing: projection, see `lacking`"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="page_count",
            field=models.PositiveIntegerField(default=0, help_text="pages that lie in its slots: projection"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
