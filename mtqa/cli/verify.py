"""`mtqa verify`: are these still the numbers of these texts?"""

from pathlib import Path
from typing import Annotated

import typer

from .models import Encoder, ModelName, Online, OverLong, Precision, Revision

__all__ = ["command"]


def command(
    assessment: Annotated[Path, typer.Argument(metavar="ASSESSMENT", help="The folder 'mtqa assess -o' wrote.")],
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
) -> None:
    """Recompute the scores of a saved assessment and compare.

    Exit 0 when every number and signature is found again; otherwise one line a difference and exit 4.
    """
    from ..assessment import Assessment
    from ..refusal import Refusal
    from ..reports.wording import counted
    from ..scoring import Model
    from ..verify import verify

    given = Model(model, encoder, revision, online, precision, over_long)
    verification = verify(Assessment.load(assessment), model=given)
    for difference in verification.differences:
        print(difference)
    if verification.differences:
        count = counted(len(verification.differences), "difference", "differences")
        raise Refusal(f"{count} from what was saved", where=str(assessment), mend="assess the texts again")
    print(f"verified: {counted(verification.scores, 'segment score', 'segment scores')}")
