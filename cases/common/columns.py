"""A column of a model by its name. Not here: relations that point to a model, which have neither
words nor a column.
"""

from django.core.exceptions import FieldDoesNotExist
from django.db import models


def column(model: models.Model | type[models.Model], name: str) -> models.Field:
    """Raises FieldDoesNotExist where the model has no column of this name."""
    found = model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise FieldDoesNotExist(f"{model._meta.label} has no column {name}")
    return found
