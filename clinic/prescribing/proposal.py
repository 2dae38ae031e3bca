"""An order as the desk shows it before anything is kept: formula, terms, findings, or why it cannot be worked out. Pure."""

from __future__ import annotations

from dataclasses import replace

from clinic.order_model import Order, Proposal
from clinic.prescribing import library, terms
from clinic.prescribing.calculator import work_out
from clinic.prescribing.errors import PrescribingError
from shared import prescription
from shared.errors import Refused


def propose(order: Order) -> Proposal:
    """Never raises for what a person wrote: a number that cannot be used stands in `field` and `refusal`."""
    try:
        worked = work_out(order)
    except PrescribingError as error:
        return Proposal(field=error.field, refusal=str(error))
    proposal = Proposal(worked.formula, (), library.assess(worked.fields))
    try:
        prescription.check_shape(worked.fields)
    except Refused:
        return proposal  # the finding says what is wrong
    return replace(proposal, terms=terms.lines(worked.fields))
