"""Proposals as a policy: ready to be read, argued about, and committed."""

import json
import math
from collections.abc import Sequence

from .limits import Proposal

__all__ = ["policy_text"]


def policy_text(name: str, proposals: Sequence[Proposal]) -> str:
    """An mtqa.toml with the useful proposals, each with its error rates as a comment; the others are comments only.

    The most telling measure gates; the rest inform, until the team decides otherwise.
    """
    lines = [
        "# Proposed by 'mtqa calibrate' from your own accepted and rejected deliveries. Each was judged by the limit",
        "# that the other deliveries give, so these are the mistakes to expect. Read them before you gate on them.",
        f"policy = {json.dumps(name)}",
        "",
        "[findings]",
        "# The limits count every finding of the detector, so the gate must too.",
        'trusted = ["*"]',
    ]
    gating = True
    for row in proposals:
        lines += ["", *_said(row)]
        if row.useful:
            lines += _table(row, "gate" if gating else "inform")
            gating = False
    return "\n".join(lines) + "\n"


def _said(row: Proposal) -> list[str]:
    doubt = "" if row.useful else "  DO NOT GATE ON THIS: it hardly tells your accepted from your rejected deliveries."
    return [
        f"# {row.measure.key}: separation {row.separation:.2f}.{doubt}",
        f"# Would have passed {row.false_accepts} of {row.rejected} rejected deliveries "
        f"(at worst {100 * row.worst_false_accepts:.0f} %, 95 % sure)",
        f"# and failed {row.false_rejects} of {row.accepted} accepted ones.",
    ]


def _table(row: Proposal, role: str) -> list[str]:
    kind, *rest = row.measure.key.split(".")
    limit = str(math.floor(row.limit)) if kind == "critical" else f"{float(f'{row.limit:.4g}')}"
    if kind == "metric":
        return ["[[metric]]", f'name = "{rest[0]}"', f"{rest[1]} = {limit}", f'role = "{role}"']
    profile = [f'profile = "{row.measure.profile}"'] if row.measure.profile else []
    return [f"[{kind}]", *profile, f"{rest[0]} = {limit}", f'role = "{role}"']
