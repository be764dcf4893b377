"""The beads of raw documents, in the shell: `mtqa align`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..align import Alignment
    from ..align.cross import Embeddings
    from ..align.table import Document

__all__ = ["command"]

_LISTED = 20  # doubtful beads named on stderr; the output has the score of each

_Hypothesis = Annotated[str, typer.Argument(metavar="HYP", help="The hypothesis document, a segment a line.")]
_Reference = Annotated[
    str, typer.Argument(metavar="REF", help="The reference document, in the same language; with --cross the source.")
]
_Source = Annotated[str | None, typer.Option(help="The source document: it is aligned with both.")]
_Cross = Annotated[bool, typer.Option("--cross", help="REF is in another language: the source of HYP.")]
_Embeddings = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="SRC.npy HYP.npy", help="Your embeddings of the source's and of HYP's lines, a row a line."),
]


def command(
    hypothesis: _Hypothesis,
    reference: _Reference,
    source: _Source = None,
    cross: _Cross = False,
    embeddings: _Embeddings = None,
    form: Annotated[Literal["jsonl", "tsv"], typer.Option("-f", "--format", help="Form of the output.")] = "jsonl",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
    sentences: Annotated[bool, typer.Option("--sentences", help="Split the lines into sentences first.")] = False,
) -> None:
    """Align two raw documents, or three with --source: one bead a line, in the order of the hypothesis.

    A line without a partner is a bead with one empty side. Documents that are not parallel are written with every line
    alone, and the exit code is 4.
    """
    from ..align import align
    from ..align.table import of_other_lines, split_document, whole_document, written
    from ..formats import check_writable, read_lines, writer
    from ..refusal import Misuse

    if cross and source is not None:
        raise Misuse("--cross takes two documents, --source three", mend="give one of them")
    if embeddings is not None and not (cross or source is not None):
        raise Misuse("--embeddings are for two languages", mend="add --cross or --source")
    paths = [path for path in (hypothesis, reference, source) if path is not None]
    if output != "-":
        check_writable(output, inputs=paths)
    prepared = split_document if sentences else whole_document
    one, other, *more = (
        prepared(read_lines(path, say=lambda remark: typer.echo(f"mtqa: {remark}", err=True))) for path in paths
    )
    third = more[0] if more else None
    vectors = _read_embeddings(embeddings, third or other, one)
    refused = ""
    if cross:
        from ..align.cross import align_cross

        alignment = align_cross(one.units, other.units, embeddings=vectors)
    else:
        alignment = align(one.units, other.units)
        if third is not None and alignment.parallel:
            alignment, refused = _with_source(alignment, one, other, third, vectors)
    with writer(output) as stream:
        for line in written(alignment, one, other, form, source=third):
            stream.write(line.encode("utf-8", "surrogatepass"))
    if not sentences and not cross and of_other_lines(one, other):
        typer.echo("mtqa: a line of one document is several of the other; --sentences aligns what is in them", err=True)
    _say(alignment, f"{hypothesis} and {reference}", cross=cross, refused=refused and f"{source}: {refused}")


def _read_embeddings(paths: tuple[str, str] | None, source: "Document", target: "Document") -> "Embeddings | None":
    if paths is None:
        return None
    from ..align.embedded import read_embeddings

    return read_embeddings(paths[0], len(source.units)), read_embeddings(paths[1], len(target.units))


def _with_source(
    alignment: "Alignment", one: "Document", other: "Document", third: "Document", vectors: "Embeddings | None"
) -> "tuple[Alignment, str]":
    """The alignment of all three, and why the source is in no bead ('' where it is)."""
    from dataclasses import replace

    from ..align import Bead
    from ..align.threeway import with_source

    made = with_source(alignment, one.units, other.units, third.units, embeddings=vectors)
    if made.parallel:
        return made.alignment, ""
    alone = (Bead((), (), 1.0, source=(line,)) for line in range(len(third.units)))
    return replace(alignment, beads=(*alignment.beads, *alone)), f"{made.similarity:.2f} a line over chance"


def _say(alignment: "Alignment", where: str, *, cross: bool, refused: str) -> None:
    """Counts on stderr; refuses documents, or a source, that were left alone."""
    from ..align import DOUBTFUL
    from ..refusal import Refusal

    if refused:
        path, _, measured = refused.partition(": ")
        raise Refusal(
            f"the source is not parallel: {measured}, its lines were left alone",
            where=path,
            mend="check that it is the source of these documents",
        )
    if not alignment.parallel:
        measured = (
            f"{alignment.similarity:.2f} a line over chance" if cross else f"similarity {alignment.similarity:.2f}"
        )
        mend = "translation and source of each other" if cross else "the same document in the same language"
        raise Refusal(
            f"not parallel: {measured}, every line was left alone", where=where, mend=f"check that they are {mend}"
        )
    linked = [bead for bead in alignment.beads if bead.linked]
    alone = [bead for bead in alignment.beads if not bead.linked]
    doubtful = [bead for bead in linked if bead.score < DOUBTFUL]
    sourced = [bead for bead in alignment.beads if bead.source]
    without = sum(len(bead.source) for bead in sourced if not (bead.hypothesis or bead.reference))
    counted = (
        f"{len(linked)} beads; alone: {sum(len(bead.hypothesis) for bead in alone)} hypothesis lines, "
        f"{sum(len(bead.reference) for bead in alone)} {'source' if cross else 'reference'} lines"
        + (f", {without} source lines" if sourced else "")
        + f"; doubtful (score below {DOUBTFUL}): {len(doubtful)}"
    )
    listed = [
        f"  hypothesis {_numbers(bead.hypothesis)}, {'source' if cross else 'reference'} {_numbers(bead.reference)}: "
        f"{bead.score:.2f}"
        for bead in doubtful[:_LISTED]
    ]
    more = [f"  and {len(doubtful) - _LISTED} more"] if len(doubtful) > _LISTED else []
    typer.echo("\n".join((counted, *listed, *more)), err=True)


def _numbers(lines: "Sequence[int]") -> str:
    """As in the output, from 0: `7`, `7+8`."""
    return "+".join(map(str, lines))
