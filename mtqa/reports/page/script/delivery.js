/* The delivery as the page holds it: columns of segments and errors, read from the data that came with the page. */
async function delivery() {
  const data = await read(document.getElementById("data"));
  const { segments } = data;
  const errors = data.errors.map((row) => ({
    segment: row[0], hypothesis: [row[1], row[2]], reference: [row[3], row[4]], category: row[5], severity: row[6],
    text: row[7], correction: row[8], explanation: row[9], evidence: row[10], rule: row[11], basis: row[12],
    confidence: row[13], key: row[14], confirmed: row[15] === 1, system: row[16] ?? 0,
  }));
  const errorsOf = Array.from({ length: segments.id.length }, () => []);
  for (const error of errors) errorsOf[error.segment].push(error);
  const places = new Map(segments.anchor.map((anchor, n) => [anchor, n]));
  return {
    data, segments, errors, errorsOf,
    total: segments.id.length,
    placeOf: (anchor) => places.get(anchor),
    positionOf: (card) => places.get(card.id.slice("segment-".length)),
    addressOf: (n) => "#segment-" + encodeURIComponent(segments.anchor[n]),
  };

  async function read(element) {
    if (element.type === "application/json") return JSON.parse(element.textContent);
    const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
    element.remove();
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
}
