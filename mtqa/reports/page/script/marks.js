/* What is wrong, as it is marked in a text and as it stands in a list: the same elements as cards.py writes. */
function marks(page) {
  const { make, revealed, cutter, tongue, segments } = page;
  const { severities, letters, categories, rules, words } = page.data;

  /* `marked(text, [[number of the error, span], …], errors, "del")`: the text cut at every edge of a span. */
  function marked(text, spans, found, tag) {
    const [length, cut] = cutter(text);
    const sorted = spans.slice().sort((a, b) => found[b[0]].severity - found[a[0]].severity);
    const edges = [...new Set([0, length, ...spans.flatMap(([, span]) => span)])].sort((a, b) => a - b);
    const nodes = [];
    edges.forEach((start, index) => {
      const gaps = sorted.filter(([, span]) => span[0] === start && span[1] === start);
      if (gaps.length) nodes.push(mark("", gaps, found, tag));
      if (index + 1 === edges.length) return;
      const end = edges[index + 1];
      const over = sorted.filter(([, span]) => span[0] <= start && end <= span[1] && span[0] < span[1]);
      const piece = cut(start, end);
      if (over.length) nodes.push(mark(piece, over, found, tag));
      else nodes.push(...revealed(piece));
    });
    return nodes;
  }

  function mark(text, spans, found, tag) {
    const worst = found[spans[0][0]];
    const inside = text ? [...revealed(text)] : [make("span", { class: "caret" }, "‸")];
    if (tag === "del") inside.push(make("sup", null, letters[worst.severity]));
    return make(text ? tag : "mark", {
      class: `m ${severities[worst.severity]}${text ? "" : " gap"}`,
      "data-e": spans.map(([n]) => n).join(" "),
      tabindex: tag === "del" ? 0 : null,
    }, ...inside);
  }

  function onlyMarked(error) { // it says where and nothing else
    const rule = rules[error.rule];
    if (rule === "review") return !error.correction && !/addition|omission/.test(categories[error.category]);
    return rule.startsWith("neural/");
  }

  function change(error) {
    const both = error.text && error.correction;
    const unsaid = rules[error.rule] === "review" && !error.correction && !/addition|omission/.test(categories[error.category]);
    if (unsaid || rules[error.rule].startsWith("neural/")) {
      return make("span", { class: "change" }, "marked: ", make("span", { dir: "auto" }, error.text));
    }
    const lead = error.text ? (both ? null : words.extra + ": ") : words.missing + ": ";
    const node = make("span", { class: "change" }, lead);
    if (error.text) node.append(make("del", { dir: "auto" }, error.text));
    if (both) node.append(" → ");
    if (error.correction) node.append(make("ins", { dir: "auto" }, error.correction));
    return node;
  }

  function quoting(text) { // a quotation from right to left turns nothing round in our sentence
    return text.split(/(“[^”]*”)/).map((part, n) => (n % 2 ? make("bdi", null, part) : part)).filter(Boolean);
  }

  function badge(severity) {
    const name = severities[severity];
    return make("abbr", { class: "badge " + name, title: name }, letters[severity]);
  }

  function finding(error, n) {
    return make("li", { class: "finding", "data-e": n }, badge(error.severity),
      make("span", { class: "category" }, categories[error.category]), change(error),
      make("span", { class: "why" }, ...quoting(error.explanation)));
  }

  function side(label, kind, text, nodes) {
    return make("div", { class: "side " + kind }, make("h4", null, ...[label].flat()),
      make("p", { class: "text", dir: "auto", lang: tongue(text) }, ...nodes));
  }

  function sourceOf(n) {
    const text = segments.source[n];
    return text == null ? null : make("p", { class: "source" }, make("span", { class: "label" }, "Source"),
      make("span", { class: "text", dir: "auto", lang: tongue(text) }, ...revealed(text)));
  }

  function chips(found) { // one a severity that occurs, the worst first
    const nodes = [];
    for (let severity = severities.length - 1; severity >= 0; severity--) {
      const count = found.filter((error) => error.severity === severity).length;
      const name = severities[severity];
      if (count) nodes.push(make("span", { class: "chip " + name, title: name }, `${letters[severity]} ${count}`));
    }
    return nodes;
  }

  function score(name, value, unit) { // a figure of a card leads to how it was measured; Tab stays with the marks
    const node = make("a", { class: "score", href: "#made-" + encodeURIComponent(name), tabindex: -1 });
    if (unit) node.append(make("b", null, value), ` ${unit}`);
    else node.append(name + " ", make("b", null, value));
    return node;
  }

  return { marked, change, quoting, badge, finding, side, sourceOf, chips, score };
}
