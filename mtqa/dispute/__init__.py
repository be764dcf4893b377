"""A dispute pack: one file for the vendor with the verdict, every charge in its context, and a place for the reply.

A page (`.html`) saves the reply as a decisions file of the role `vendor`; a workbook (`.xlsx`) is filled in and read as
one. Either is merged like any reviewer's: `mtqa review merge REPLY --into ASSESSMENT`. A reply settles nothing by
itself; what it differs on is contested.
"""

from .charges import Charge, Pack, pack_of
from .page import render_page
from .workbook import write_workbook

__all__ = ["Charge", "Pack", "pack_of", "render_page", "write_workbook"]
