"""Neural scores: COMET, COMETKiwi and XCOMET, by unbabel-comet or by our own inference for the same checkpoints.

Importing this room imports neither torch nor comet; they are imported when a model is opened.
"""

from .affine import PRECISIONS
from .batch import error_spans, score_batch
from .cache import Cache, default_cache_path
from .choice import ENGINES, Service, choose_engine, serving
from .data import DataHash
from .doctor import Finding, doctor_findings
from .guard import OVER_LONG, Truncation, unseen_languages
from .models import DEFAULT_MODEL, PUBLISHED, licence_notice
from .progress import terminal_progress
from .scorer import NeuralScores, Scorer, neural_scores, open_scorer
from .spans import MarkedSpan

__all__ = [
    "DEFAULT_MODEL",
    "ENGINES",
    "OVER_LONG",
    "PRECISIONS",
    "PUBLISHED",
    "Cache",
    "DataHash",
    "Finding",
    "MarkedSpan",
    "NeuralScores",
    "Scorer",
    "Service",
    "Truncation",
    "choose_engine",
    "default_cache_path",
    "doctor_findings",
    "error_spans",
    "licence_notice",
    "neural_scores",
    "open_scorer",
    "score_batch",
    "serving",
    "terminal_progress",
    "unseen_languages",
]
