# Each job works council by council, so its indexes begin with the council.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_known_browser"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="clock",
            name="open_clocks_by_deadline",
        ),
        migrations.RemoveIndex(
            model_name="nudge",
            name="nudges_by_moment",
        ),
        migrations.RemoveIndex(
            model_name="visit",
            name="open_visits_by_deadline",
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("ended_at", None)),
                fields=["council", "due_at"],
                name="open_clocks_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="nudge",
            index=models.Index(fields=["council", "made_at"], name="nudges_by_moment"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("left_at", None)),
                fields=["council", "due_at", "case"],
                name="open_visits_by_deadline",
            ),
        ),
    ]
