"""Execute the notebooks of this folder and store what they show.

    .venv/bin/python notebooks/run.py            execute each and write it back with its outputs
    .venv/bin/python notebooks/run.py NAME.ipynb only this one

A test executes them through `executed`; nothing that changes from run to run (times, counters of the kernel's
messages) is stored, so that a difference in a notebook is a difference in what it shows.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parent


def executed(path: Path, *, timeout: int = 180) -> NotebookNode:
    """The notebook with fresh outputs, run from its own folder; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    # The kernel must be this very interpreter, wherever the machine's own kernels are registered.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    client = NotebookClient(
        notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.create_kernel_manager()
    client.km.kernel_spec.argv[0] = sys.executable
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def main(names: list[str]) -> None:
    """Execute and write back."""
    for path in [FOLDER / name for name in names] or sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(executed(path), path)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
