/* The editor: span, category, severity and comment, of a finding or of what is marked anew. */
function editor(review, page) {
  const { at, make, segments, cutter } = page;
  const { severities, categories } = page.data;
  const form = at("editor");
  const edges = new Map(); // text → where its words begin and end, in code points

  function open(error, mode) {
    review.draft = { error, mode, mark: { ...review.standing(error) }, fresh: false };
    show();
  }

  function openNew(n, mark) {
    const key = "+" + Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const error = review.plant(key, { new: mark, segment: n });
    review.draft = { error, mode: "edit", mark, fresh: true };
    review.here = error;
    show();
  }

  function show() {
    const { error, mode, mark, fresh } = review.draft;
    form.classList.toggle("brief", mode === "comment");
    at("editor-title").textContent = mode === "comment" ? "Comment" : `${fresh ? "Add" : "Edit"}: segment ${segments.id[error.segment]}`;
    at("edit-category").value = String(mark.category);
    form.elements.severity.value = String(mark.severity);
    at("edit-comment").value = review.made.get(error.key)?.comment || "";
    at("edit-reference").hidden = !segments.references[error.segment].length;
    form.hidden = false;
    at("pick").hidden = true;
    preview();
    review.choose(error);
    (mode === "comment" ? at("edit-comment") : at("edit-category")).focus();
  }

  function preview() {
    const { error, mark } = review.draft;
    for (const side of ["hypothesis", "reference"]) {
      const text = review.raw(error.segment, side, mark[side]);
      const shown = at(`edit-${side}`).querySelector(".marked");
      shown.textContent = text || "‸ a gap: nothing stands here";
      shown.classList.toggle("nothing", !text);
    }
    review.paint(error);
    page.redraw(error.segment);
  }

  function redraft(changed) {
    review.draft.mark = { ...review.draft.mark, ...changed };
    preview();
  }

  function close() {
    const { error, fresh } = review.draft;
    review.draft = null;
    form.hidden = true;
    if (fresh && !review.made.has(error.key)) review.put(error.key, null);
    else review.paint(error);
    page.redraw(error.segment);
    if (review.byKey.has(error.key)) review.choose(error);
  }

  function submit(event) {
    event.preventDefault();
    const { error, mark, mode, fresh } = review.draft;
    const comment = at("edit-comment").value.trim();
    const before = review.made.get(error.key);
    let decision = { verb: review.verbOf(error, mark), new: mark, comment };
    if (mode === "comment") decision = before ? { ...before, comment } : { verb: "comment", new: error.found, comment };
    if (decision.verb === "comment" && !comment) decision = null;
    if (fresh) error.found = mark;
    review.draft = null;
    form.hidden = true;
    review.commit(error, decision, mode === "comment" ? "Comment kept." : `${review.capital(review.said[decision.verb])}.`);
    review.choose(error);
  }

  function edgesOf(n, side) {
    const text = review.textOf(n, side);
    if (edges.has(text)) return edges.get(text);
    const found = { start: [0], end: [0] };
    let place = 0;
    const parts = window.Intl?.Segmenter ? [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)].map((part) => part.segment) : Array.from(text);
    for (const part of parts) {
      const length = Array.from(part).length;
      if (part.trim()) { found.start.push(place); found.end.push(place + length); }
      place += length;
    }
    found.start.push(place);
    edges.set(text, found);
    return found;
  }

  function move(side, edge, by, finely) {
    const { error, mark } = review.draft;
    const span = mark[side].slice();
    const index = edge === "start" ? 0 : 1;
    const length = cutter(review.textOf(error.segment, side))[0];
    const stops = edgesOf(error.segment, side)[edge];
    const to = finely ? span[index] + by : by > 0 ? stops.find((stop) => stop > span[index]) : stops.findLast((stop) => stop < span[index]);
    if (to == null || to < 0 || to > length) return;
    span[index] = to;
    if (span[0] > span[1]) span[1 - index] = to;
    redraft({ [side]: span });
  }

  function furnish() {
    const groups = new Map();
    categories.forEach((name, index) => {
      const [dimension, rest] = name.split("/");
      if (!groups.has(dimension)) groups.set(dimension, make("optgroup", { label: dimension }));
      groups.get(dimension).append(make("option", { value: index }, rest));
    });
    at("edit-category").append(...groups.values());
    severities.forEach((name, index) => at("edit-severity").append(make("label", { class: "tone " + name },
      make("input", { type: "radio", name: "severity", value: index }), ` ${name}`)));
  }

  function listen() {
    form.addEventListener("submit", submit);
    form.addEventListener("keydown", (event) => { // in a list of choices browsers do nothing on Enter
      if (event.key === "Enter" && event.target === at("edit-category")) { event.preventDefault(); form.requestSubmit(); }
    });
    at("editor-cancel").addEventListener("click", close);
    at("edit-category").addEventListener("change", (event) => redraft({ category: Number(event.target.value) }));
    at("edit-severity").addEventListener("change", (event) => redraft({ severity: Number(event.target.value) }));
    for (const side of ["hypothesis", "reference"]) for (const button of at(`edit-${side}`).querySelectorAll("button")) {
      button.addEventListener("click", (event) => move(side, button.dataset.edge, Number(button.dataset.by), event.shiftKey));
    }
  }

  furnish();
  listen();
  return { open, openNew, redraft, close, edgesOf };
}
