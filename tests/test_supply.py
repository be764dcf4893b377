"""What mtqa stands on: every distribution that an install brings has a licence that a product may ship with."""

from importlib import metadata

import pytest
from packaging.requirements import Requirement

# An SPDX expression, a classifier's last part, or a line of prose: all three are in use. Each word is looked for alone.
PERMISSIVE = ("apache", "mit", "bsd", "isc", "python software foundation", "psf", "cnri", "unlicense", "zlib", "bsl")
WEAK = ("mozilla", "mpl")  # copyleft for its own files only: used as installed, none of them changed
READ_BY_HAND = {
    "sentencepiece": "Apache-2.0, says the LICENSE of its repository; 0.2.1 states none in its metadata",
    "locate": "its LICENSE is the MIT License; the classifier says other",
}
REFUSED = ("gpl", "gnu", "agpl", "lgpl", "sspl", "non-commercial", "proprietary")


def needed(name: str, extras: frozenset[str], found: dict[str, metadata.PackageMetadata]) -> None:
    """Adds what `name` with `extras` needs here, and all that those need, under their names."""
    for line in metadata.requires(name) or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            continue
        key = requirement.name.lower().replace("_", "-")
        if key in found or key == "mtqa":
            if key == "mtqa" and not requirement.extras <= extras:
                needed("mtqa", frozenset(requirement.extras) | extras, found)
            continue
        try:
            found[key] = metadata.metadata(requirement.name)
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        needed(requirement.name, frozenset(requirement.extras), found)


def licence(about: metadata.PackageMetadata) -> str:
    """The licence a distribution states: its SPDX expression, else its classifiers, else its first line of prose."""
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    stated = about.get("License-Expression") or "; ".join(line.rsplit(" :: ", 1)[-1] for line in classifiers)
    return (stated or about.get("License") or "").strip().split("\n")[0].lower()


DISTRIBUTIONS: dict[str, metadata.PackageMetadata] = {}
needed("mtqa", frozenset({"all", "neural"}), DISTRIBUTIONS)


def test_the_walk_reaches_what_we_know_to_be_there() -> None:
    assert {"sacrebleu", "numpy", "pandas", "pyarrow", "typer", "portalocker"} <= set(DISTRIBUTIONS)


@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_its_licence_is_permissive(name: str) -> None:
    stated = licence(DISTRIBUTIONS[name])
    if name in READ_BY_HAND:
        return
    assert stated, f"{name} states no licence"
    assert not any(word in stated for word in REFUSED), f"{name}: {stated}"
    assert any(word in stated for word in PERMISSIVE + WEAK), f"{name}: {stated}"
