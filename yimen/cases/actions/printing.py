"""Printing a receipt hands out the second secret, so every copy is on record."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.cases.queries.receipts import ReceiptPage, receipt_page
from yimen.core.actor import Actor
from yimen.trail.record import record


@transaction.atomic
def print_receipt(actor: Actor, *, number: str, at: datetime) -> ReceiptPage:
    """The receipt of a visit for paper, and the entry that it was printed."""
    require(actor, "case.print")
    receipt = receipt_page(actor, number, at=at)
    record(
        actor,
        "case.print",
        subject=("visit", receipt.number),
        division_code=receipt.division_code,
        at=at,
        is_read=True,
    )
    return receipt
