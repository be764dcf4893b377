/* Decisions: what a person says of each finding, and what the page shows of a finding once that is said. */
function decisions(review, page) {
  const { data, segments, errorsOf, cutter } = page;
  const { severities, categories } = data;
  const said = { accept: "accepted", reject: "rejected", regrade: "re-graded", edit: "changed", add: "added", comment: "remark" };
  const made = new Map(); // finding → {verb, new, comment, at}; marks as the page has them: positions, not names
  const steps = []; // for undo: [finding, what was decided before], several where a file was read
  const elsewhere = new Map(); // finding → a line on it as it stood before a merge: kept as it is, and exported again
  const byKey = new Map();
  for (const found of errorsOf) for (const error of found) {
    error.found = { hypothesis: error.hypothesis, reference: error.reference, category: error.category, severity: error.severity };
    error.shown = { text: error.text, correction: error.correction };
    byKey.set(error.key, error);
  }

  /* Offsets are code points here and in files; only the browser's selection counts otherwise. */
  const same = (a, b) => String(a) === String(b);
  const sameMark = (a, b) => same(a.hypothesis, b.hypothesis) && same(a.reference, b.reference) && a.category === b.category && a.severity === b.severity;
  const textOf = (n, side) => (side === "hypothesis" ? segments.hypothesis[n] : segments.references[n][0] ?? "");
  const raw = (n, side, span) => cutter(textOf(n, side))[1](...span);

  function record(n, mark) {
    return { id: segments.id[n], document: data.documents[segments.document[n]], system: data.systems[segments.system[n]],
      start: mark.hypothesis[0], end: mark.hypothesis[1], text: raw(n, "hypothesis", mark.hypothesis),
      reference_start: mark.reference[0], reference_end: mark.reference[1], correction: raw(n, "reference", mark.reference),
      category: categories[mark.category], severity: severities[mark.severity] };
  }

  function markOf(line) {
    const mark = { hypothesis: [line.start, line.end], reference: [line.reference_start, line.reference_end],
      category: categories.indexOf(line.category), severity: severities.indexOf(line.severity) };
    const whole = [...mark.hypothesis, ...mark.reference].every(Number.isInteger);
    return whole && mark.category >= 0 && mark.severity >= 0 ? mark : null;
  }

  const verbOf = (error, mark) => (error.added ? "add" : mark === null ? "reject" : sameMark(mark, error.found) ? "accept"
    : sameMark({ ...mark, severity: error.found.severity }, error.found) ? "regrade" : "edit");
  const decided = (error) => made.has(error.key) && made.get(error.key).verb !== "comment";
  const standing = (error) => made.get(error.key)?.new || error.found;

  function paint(error) { // what the page shows of a finding follows what was decided
    const drafted = review.draft?.error === error && review.draft.mark;
    const mark = (review.on && (drafted || made.get(error.key)?.new)) || error.found;
    Object.assign(error, mark);
    error.rejected = review.on && made.get(error.key)?.verb === "reject";
    const asFound = !error.added && same(mark.hypothesis, error.found.hypothesis) && same(mark.reference, error.found.reference);
    error.text = asFound ? error.shown.text : raw(error.segment, "hypothesis", mark.hypothesis);
    error.correction = asFound ? error.shown.correction : raw(error.segment, "reference", mark.reference);
  }

  function put(key, decision) {
    if (decision) elsewhere.delete(key);
    if (decision) made.set(key, decision);
    else made.delete(key);
    let error = byKey.get(key);
    if (error?.added && !decision) {
      enlist(error, false);
      byKey.delete(key);
      if (review.here === error) review.here = null;
    }
    if (!error && decision) error = plant(key, decision);
    if (error && byKey.has(key)) paint(error);
    return error;
  }

  function plant(key, decision) { // an error that a person adds stands beside those that were found
    if (!data.rules.includes("review")) data.rules.push("review");
    const error = { ...decision.new, segment: decision.segment, key, added: true, found: decision.new, evidence: [], explanation: "Added in review.",
      rule: data.rules.indexOf("review"), basis: "review", confidence: 1 };
    byKey.set(key, error);
    enlist(error, review.on);
    return error;
  }

  function enlist(error, there) { // who only reads sees what was published
    const found = errorsOf[error.segment], index = found.indexOf(error);
    if (there && index < 0) found.push(error);
    if (!there && index >= 0) found.splice(index, 1);
  }

  function commit(error, decision, message) {
    steps.push([[error.key, made.get(error.key)]]);
    put(error.key, decision && { ...decision, segment: error.segment, at: new Date().toISOString() });
    page.redraw(error.segment);
    review.keep();
    review.say(message);
  }

  function decide(error, mark) {
    const comment = made.get(error.key)?.comment || "";
    if (error.added && mark === null) return commit(error, null, "Taken back.");
    const verb = verbOf(error, mark);
    commit(error, { verb, new: mark, comment }, `${review.capital(said[verb])}.`);
  }

  const verbs = {
    accept: (error) => { decide(error, made.get(error.key)?.new || error.found); review.next(); },
    reject: (error) => review.next(error, () => decide(error, null)),
    regrade: (error, severity) => { decide(error, { ...standing(error), severity }); review.choose(error); },
    edit: (error) => review.open(error, "edit"),
    comment: (error) => review.open(error, "comment"),
  };

  function undo() {
    const step = steps.pop();
    if (!step) return review.say("Nothing to undo.");
    let last = null;
    for (const [key, before] of step.slice().reverse()) last = put(key, before) || last;
    page.refresh();
    review.keep();
    if (last && byKey.has(last.key)) review.choose(last);
    review.say("Undone.");
  }

  return {
    said, made, steps, elsewhere, byKey, verbs, total: byKey.size,
    same, sameMark, textOf, raw, record, markOf, verbOf, decided, standing, paint, put, plant, enlist, commit, undo,
  };
}
