"""Several deliveries of the same texts, side by side: who is better, by how much, how surely, and where it shows."""

from .matching import Contender, matched
from .page import render
from .weighing import Weighed, weigh

__all__ = ["Contender", "Weighed", "matched", "render", "weigh"]
