/* The card of a segment in the report of one delivery, and the orders in which cards can stand. */
function cards(page) {
  const { make, marked, segments, errorsOf } = page;
  const { metrics, words } = page.data;
  const reference = words.reference === "correction" ? "Correction" : "Reference";

  function head(n) {
    const found = errorsOf[n].filter((error) => !error.rejected), status = segments.status[n], points = segments.points[n];
    const header = make("header", null, make("h3", null, make("a", { href: page.addressOf(n) }, segments.id[n])));
    if (segments.where[n]) header.append(make("span", { class: "where" }, segments.where[n]));
    if (status !== "paired") header.append(make("span", { class: "chip status" }, status));
    header.append(...page.chips(found));
    if (!found.length && status === "paired") header.append(make("span", { class: "chip none" }, "no " + words.one));
    const scores = make("span", { class: "scores" });
    if (points) scores.append(page.score("penalty", page.plain(points), points === 1 ? "point" : "points"));
    const expected = segments.expected[n];
    if (expected != null) scores.append(make("span", { title: page.data.expected }, "expected penalty ", make("b", null, page.decimal(expected))));
    metrics.forEach(([name], index) => {
      const value = segments.scores[n][index];
      if (value != null) scores.append(page.score(name, page.decimal(value)));
    });
    header.append(scores);
    return header;
  }

  function card(n) {
    const found = errorsOf[n], references = segments.references[n], hypothesis = segments.hypothesis[n];
    const node = make("article", { id: "segment-" + segments.anchor[n], class: found.length ? "segment" : "segment flawless", tabindex: -1 },
      head(n), page.sourceOf(n));
    const sides = make("div", { class: "sides" },
      page.side("Hypothesis", "hypothesis", hypothesis, marked(hypothesis, found.map((error, k) => [k, error.hypothesis]), found, "del")));
    references.forEach((text, index) => {
      const spans = index ? [] : found.map((error, k) => [k, error.reference]);
      const label = references.length === 1 ? reference : `${reference} ${index + 1}`;
      sides.append(page.side(label, "reference", text, marked(text, spans, found, "ins")));
    });
    node.append(sides);
    if (found.length) node.append(make("ol", { class: "findings" }, ...found.map(page.finding)));
    page.dress(node, n);
    return node;
  }

  const ways = [["count", `most ${words.many} first`],
    ...metrics.map(([name, better], index) => [index, `${better ? "lowest" : "highest"} ${name} first`])];
  if (page.data.penalty) ways.unshift(["points", "most penalty first"]);
  if (page.data.expected) ways.unshift(["expected", "most expected penalty first"]);

  function weight(n, way) { // of a segment in this order: the heaviest stands first
    if (way === "points") return segments.points[n] ?? 0;
    if (way === "expected") return segments.expected[n] ?? -Infinity;
    if (way === "count") return errorsOf[n].length;
    const value = segments.scores[n][Number(way)];
    return value == null ? -Infinity : metrics[Number(way)][1] ? -value : value;
  }

  return { card, ways, weight };
}
