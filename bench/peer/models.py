"""The one table of the peer's own."""

from django.db import models


class Report(models.Model):
    """A report that was handed in."""

    reference = models.CharField(max_length=20, unique=True)
    received_at = models.DateTimeField(auto_now_add=True)
    urgent = models.BooleanField(default=False)
    answers = models.JSONField()

    def __str__(self) -> str:
        return self.reference
