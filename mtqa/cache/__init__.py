"""Results on disk, found by what they were made from: what was computed once is not computed again.

    store = open_results()                    # None unless $MTQA_CACHE (or the caller) names a folder
    key = key_of("diagnosis", code_of("rules", "edits"), language, hypothesis, reference)

A key is a hash of the kind of result, of the code and the versions that make it, of its parameters and of the data. A
change of any of them finds nothing; nothing is ever declared out of date. No text is kept but what a result holds.
"""

from .keys import code_of, key_of
from .store import BOUND, Store, folder, open_results

__all__ = ["BOUND", "Store", "code_of", "folder", "key_of", "open_results"]
