"""What every table of a policy is: frozen, and without a key that nobody knows."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Strict"]


class Strict(BaseModel):
    """A table in which a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
