"""How much: scores of segments in a stream of any size, and of systems with their intervals.

Segments are scored in chunks, in order, whatever the number of threads; a system's score is folded from its summed
statistics and is never a mean of segment scores, except that of a neural metric, which is one.
"""

from .columns import neural
from .frame import DEFAULT_METRICS, score
from .models import Model, Models, opened
from .resume import Task, segments_to_file, segments_to_stream
from .rows import FORMS
from .scorable import columns_needed, scorable
from .stream import Provenance, ScoredChunk, quick, score_chunks, usual_chunk, usual_threads
from .systems import SystemScores, SystemTable, score_systems
from .table import system_table

__all__ = [
    "DEFAULT_METRICS",
    "FORMS",
    "Model",
    "Models",
    "Provenance",
    "ScoredChunk",
    "SystemScores",
    "SystemTable",
    "Task",
    "columns_needed",
    "neural",
    "opened",
    "quick",
    "scorable",
    "score",
    "score_chunks",
    "score_systems",
    "segments_to_file",
    "segments_to_stream",
    "system_table",
    "usual_chunk",
    "usual_threads",
]
