"""Language pairs as people write them: `pt-en`, `pt_BR-en`, `zh-CN-en-GB`."""

import re

from ..refusal import Misuse

__all__ = ["languages_of"]


def languages_of(name: str) -> tuple[str, str]:
    """Source and target language: `pt_BR-en` → ("pt", "en"); refuses (exit 2) what is no pair.

    Regions (`BR`, in capitals) and scripts (`Latn`) are left out; a pair all in capitals (`PT-EN`) has none.
    """
    parts = re.split(r"[-_>→]+", name.strip())
    languages = [part for part in parts if re.fullmatch(r"[a-z]{2,3}", part)]
    if not languages:
        languages = [part.lower() for part in parts if re.fullmatch(r"[A-Z]{2,3}", part)]
    if len(languages) != 2:
        raise Misuse(f"no language pair: {name!r}", mend="write it as pt-en or pt-BR-en")
    return languages[0], languages[1]
