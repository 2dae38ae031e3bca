"""What a prescriber is told when something cannot be done: which field, what happened, what to do."""

from __future__ import annotations

from clinic.order_model import Finding

__all__ = ["Finding", "PrescribingError"]


class PrescribingError(Exception):
    """Refused whole; nothing was changed. `field` of the request, a sentence, and the library's findings if it was the library."""

    def __init__(self, field: str, text: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(text)
        self.field = field
        self.findings = findings
