"""The beads of two raw documents, in the shell: `mtqa align`."""

from typing import Annotated, Literal

import typer

__all__ = ["command"]


def command(
    hypothesis: Annotated[str, typer.Argument(metavar="HYP", help="The hypothesis document, a segment a line.")],
    reference: Annotated[str, typer.Argument(metavar="REF", help="The reference document, in the same language.")],
    form: Annotated[Literal["jsonl", "tsv"], typer.Option("-f", "--format", help="Form of the output.")] = "jsonl",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
    sentences: Annotated[bool, typer.Option("--sentences", help="Split the lines into sentences first.")] = False,
) -> None:
    """Align two raw documents: one bead a line, in the order of the hypothesis.

    A line without a partner is a bead with one empty side. Documents that are not parallel are written with every line
    alone, and the exit code is 4.
    """
    from ..align import DOUBTFUL, align
    from ..align.table import split_document, whole_document, written
    from ..formats import check_writable, read_lines, writer
    from ..refusal import Refusal

    if output != "-":
        check_writable(output, inputs=[hypothesis, reference])
    prepared = split_document if sentences else whole_document
    one, other = (
        prepared(read_lines(path, say=lambda remark: typer.echo(f"mtqa: {remark}", err=True)))
        for path in (hypothesis, reference)
    )
    alignment = align(one.units, other.units)
    with writer(output) as stream:
        for line in written(alignment, one, other, form):
            stream.write(line.encode("utf-8", "surrogatepass"))
    if not alignment.parallel:
        raise Refusal(
            f"not parallel: similarity {alignment.similarity:.2f}, every line was left alone",
            where=f"{hypothesis} and {reference}",
            mend="check that they are the same document in the same language",
        )
    linked = [bead for bead in alignment.beads if bead.linked]
    alone = [bead for bead in alignment.beads if not bead.linked]
    doubtful = sum(bead.score < DOUBTFUL for bead in linked)
    typer.echo(
        f"{len(linked)} beads; alone: {sum(len(bead.hypothesis) for bead in alone)} hypothesis lines, "
        f"{sum(len(bead.reference) for bead in alone)} reference lines; "
        f"doubtful (score below {DOUBTFUL}): {doubtful}",
        err=True,
    )
