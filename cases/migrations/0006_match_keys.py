"""The rows by which people are found, for those who are there already: made from what stands on
them, some hundred people at a time.
"""

from django.db import migrations

from cases.common.match_keys import Known, match_keys

AT_ONCE = 500


def fill(apps, schema_editor):
    Person = apps.get_model("cases", "Person")
    MatchKey = apps.get_model("cases", "MatchKey")
    rows = []
    for person in Person.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        known = Known(
            person.name,
            person.other_names,
            person.born,
            person.nhs_number,
            person.phone,
            person.address,
        )
        rows += [
            MatchKey(council_id=person.council_id, person_id=person.pk, kind=kind, key=key)
            for kind, key in sorted(match_keys(known))
        ]
        if len(rows) >= AT_ONCE:
            MatchKey.objects.bulk_create(rows)
            rows = []
    MatchKey.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_people_around"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
