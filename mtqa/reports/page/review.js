"use strict";
/* Review: decisions on the findings, made in the page. Nothing of it shows until it is switched on.
   Takes what page.js lends it, and gives page.js four hooks: dress a card, pass a segment, take a key, follow the focus.
   Decisions are kept under the fingerprint of the assessment, exported as JSONL (mtqa.decisions/1), and read again. */
function reviewing(page) {
  const { root, at, make, data, segments, errorsOf, cutter } = page;
  const { severities, categories, words } = data;
  const SCHEMA = "mtqa.decisions/1";
  const PLACE = "mtqa-review:" + data.assessment;
  const SAID = { accept: "accepted", reject: "rejected", regrade: "re-graded", edit: "changed", add: "added", comment: "remark" };
  const decisions = new Map(); // finding → {verb, new, comment, at}; marks as the page has them: positions, not names
  const steps = []; // for undo: [finding, what was decided before], several where a file was read
  const elsewhere = new Map(); // finding → a line on it as it stood before a merge: kept as it is, and exported again
  const byKey = new Map();
  for (const found of errorsOf) for (const error of found) {
    error.found = { hypothesis: error.hypothesis, reference: error.reference, category: error.category, severity: error.severity };
    error.shown = { text: error.text, correction: error.correction };
    byKey.set(error.key, error);
  }
  const total = byKey.size;
  let on = false, here = null, draft = null, version = null, saving = 0;

  /* ---- marks: offsets are code points here and in files; only the browser's selection counts otherwise ---- */
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

  /* ---- deciding ---- */
  const verbOf = (error, mark) => (error.added ? "add" : mark === null ? "reject" : sameMark(mark, error.found) ? "accept"
    : sameMark({ ...mark, severity: error.found.severity }, error.found) ? "regrade" : "edit");
  const decided = (error) => decisions.has(error.key) && decisions.get(error.key).verb !== "comment";
  const standing = (error) => decisions.get(error.key)?.new || error.found;

  function paint(error) { // what the page shows of a finding follows what was decided
    const mark = (on && draft?.error === error && draft.mark) || (on && decisions.get(error.key)?.new) || error.found;
    Object.assign(error, mark);
    error.rejected = on && decisions.get(error.key)?.verb === "reject";
    const asFound = !error.added && same(mark.hypothesis, error.found.hypothesis) && same(mark.reference, error.found.reference);
    error.text = asFound ? error.shown.text : raw(error.segment, "hypothesis", mark.hypothesis);
    error.correction = asFound ? error.shown.correction : raw(error.segment, "reference", mark.reference);
  }

  function put(key, decision) {
    if (decision) elsewhere.delete(key);
    if (decision) decisions.set(key, decision);
    else decisions.delete(key);
    let error = byKey.get(key);
    if (error?.added && !decision) {
      list(error, false);
      byKey.delete(key);
      if (here === error) here = null;
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
    list(error, on);
    return error;
  }

  function list(error, there) { // who only reads sees what was published
    const found = errorsOf[error.segment], index = found.indexOf(error);
    if (there && index < 0) found.push(error);
    if (!there && index >= 0) found.splice(index, 1);
  }

  function change(error, decision, message) {
    steps.push([[error.key, decisions.get(error.key)]]);
    put(error.key, decision && { ...decision, segment: error.segment, at: new Date().toISOString() });
    page.redraw(error.segment);
    keep();
    say(message);
  }

  function decide(error, mark) {
    const comment = decisions.get(error.key)?.comment || "";
    if (error.added && mark === null) return change(error, null, "Taken back.");
    const verb = verbOf(error, mark);
    change(error, { verb, new: mark, comment }, `${capital(SAID[verb])}.`);
  }

  const VERBS = {
    accept: (error) => { decide(error, decisions.get(error.key)?.new || error.found); next(); },
    reject: (error) => { next(error, () => decide(error, null)); },
    regrade: (error, severity) => { decide(error, { ...standing(error), severity }); choose(error); },
    edit: (error) => open(error, "edit"),
    comment: (error) => open(error, "comment"),
  };

  function undo() {
    const step = steps.pop();
    if (!step) return say("Nothing to undo.");
    let last = null;
    for (const [key, before] of step.slice().reverse()) last = put(key, before) || last;
    page.refresh();
    keep();
    if (last && byKey.has(last.key)) choose(last);
    say("Undone.");
  }

  /* ---- the finding that keys speak to ---- */
  function* findings() {
    for (const n of page.order()) yield* errorsOf[n];
  }

  function choose(error) {
    const before = here;
    here = error;
    if (before && before !== error && before.segment !== error?.segment) page.redraw(before.segment);
    if (!error) return;
    if (page.current() !== error.segment || !page.made.get(error.segment)?.isConnected) page.goTo(error.segment, false);
    page.redraw(error.segment);
    const row = rowOf(error);
    if (!row) return;
    row.focus({ preventScroll: true });
    const box = row.getBoundingClientRect(), room = innerHeight - at("review-bar").offsetHeight - 16;
    if (box.top < 90 || box.bottom > room) scrollBy({ top: box.top - Math.max(100, room / 2 - box.height), behavior: "instant" });
  }

  const rowOf = (error) => page.made.get(error.segment)?.querySelectorAll(".finding")[errorsOf[error.segment].indexOf(error)];

  function step(by) {
    const all = [...findings()];
    const place = all.indexOf(here);
    const to = place >= 0 ? place + by : nearest(all, by);
    if (all[to]) choose(all[to]);
    else say(by > 0 ? "That was the last one." : "That was the first one.");
  }

  function nearest(all, by) {
    const place = new Map(page.order().map((n, index) => [n, index]));
    const from = place.get(page.current()) ?? -1;
    const after = all.findIndex((error) => place.get(error.segment) >= from);
    return by > 0 ? after : after - 1;
  }

  function next(from = here, act = () => {}) { // the next one that is open, in the order that is shown
    const all = [...findings()];
    const place = all.indexOf(from);
    const to = all.find((error, index) => index > place && !decided(error)) || all.find((error) => !decided(error) && error !== from);
    act();
    if (to) choose(to);
    else {
      if (byKey.has(from?.key)) choose(from);
      say(`Every ${words.one} here is reviewed. Export the decisions when you are done.`);
    }
  }

  /* ---- what a card shows in review ---- */
  function dress(card, n) {
    if (!on) return;
    const found = errorsOf[n];
    for (const part of card.querySelectorAll(".m")) {
      const mine = part.dataset.e.split(" ").map((k) => found[k]);
      part.classList.toggle("rejected", mine.every((error) => decisions.get(error.key)?.verb === "reject"));
      part.classList.toggle("chosen", mine.includes(here));
    }
    card.querySelectorAll(".finding").forEach((row, k) => dressRow(row, found[k]));
  }

  function dressRow(row, error) {
    const decision = decisions.get(error.key);
    row.tabIndex = -1;
    row.classList.add("open");
    row.classList.toggle("chosen", error === here);
    if (decision) row.dataset.verb = decision.verb;
    if (error === here) row.setAttribute("aria-current", "true");
    const quick = make("span", { class: "quick" },
      error.added ? null : verb("accept", "✓", "Accept", "a", error, decided(error) && decision.verb !== "reject"),
      verb("reject", "✗", error.added ? "Take back" : "Reject", "r", error, decision?.verb === "reject"));
    row.append(quick);
    const state = make("span", { class: "state" });
    if (error.confirmed) state.append(make("span", { class: "chip earlier" }, "confirmed in a review"));
    if (decision) state.append(make("b", null, SAID[decision.verb]), ...was(error, decision));
    if (decision?.comment) state.append(make("q", { dir: "auto" }, decision.comment));
    if (state.childNodes.length) row.append(state);
    if (error !== here) return;
    const grades = severities.map((name, severity) => {
      const node = verb("regrade", `${severity + 1} ${name}`, `Severity ${name}`, String(severity + 1), error, error.severity === severity, severity);
      node.classList.add(name);
      return node;
    });
    row.append(make("span", { class: "verbs", role: "group", "aria-label": "Decide" }, ...grades,
      verb("edit", "Edit", "Edit span and category", "e", error), verb("comment", "Comment", "Comment", "c", error)));
  }

  function was(error, decision) {
    if (error.added || !decision.new || decision.verb === "comment") return [];
    const said = [];
    if (decision.new.severity !== error.found.severity) said.push(`${severities[error.found.severity]} → ${severities[decision.new.severity]}`);
    if (decision.new.category !== error.found.category) said.push(`${categories[error.found.category]} → ${categories[decision.new.category]}`);
    if (!same(decision.new.hypothesis, error.found.hypothesis) || !same(decision.new.reference, error.found.reference)) said.push("span moved");
    return said.length ? [said.join(", ")] : [];
  }

  function verb(name, label, title, key, error, pressed, value) {
    const node = make("button", { type: "button", class: "verb", title: `${title} (${key})`, "aria-keyshortcuts": key, "aria-pressed": pressed == null ? null : String(Boolean(pressed)) }, label);
    if (label.length === 1) node.setAttribute("aria-label", title);
    node.addEventListener("click", (event) => { event.stopPropagation(); here = error; VERBS[name](error, value); });
    return node;
  }

  /* ---- the editor: span, category, severity, comment; for a finding or for what is selected ---- */
  function open(error, mode) {
    draft = { error, mode, mark: { ...standing(error) }, fresh: false };
    show();
  }

  function openNew(n, mark) {
    const key = "+" + Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const error = plant(key, { new: mark, segment: n });
    draft = { error, mode: "edit", mark, fresh: true };
    here = error;
    show();
  }

  function show() {
    const { error, mode, mark, fresh } = draft;
    at("editor").classList.toggle("brief", mode === "comment");
    at("editor-title").textContent = mode === "comment" ? "Comment" : `${fresh ? "Add" : "Edit"}: segment ${segments.id[error.segment]}`;
    at("edit-category").value = String(mark.category);
    at("editor").elements.severity.value = String(mark.severity);
    at("edit-comment").value = decisions.get(error.key)?.comment || "";
    at("edit-reference").hidden = !segments.references[error.segment].length;
    at("editor").hidden = false;
    at("pick").hidden = true;
    preview();
    choose(error);
    (mode === "comment" ? at("edit-comment") : at("edit-category")).focus();
  }

  function preview() {
    const { error, mark } = draft;
    for (const side of ["hypothesis", "reference"]) {
      const text = raw(error.segment, side, mark[side]);
      const shown = at(`edit-${side}`).querySelector(".marked");
      shown.textContent = text || "‸ a gap: nothing stands here";
      shown.classList.toggle("nothing", !text);
    }
    paint(error);
    page.redraw(error.segment);
  }

  function close() {
    const { error, fresh } = draft;
    draft = null;
    at("editor").hidden = true;
    if (fresh && !decisions.has(error.key)) put(error.key, null);
    else paint(error);
    page.redraw(error.segment);
    if (byKey.has(error.key)) choose(error);
  }

  function submit(event) {
    event.preventDefault();
    const { error, mark, mode, fresh } = draft;
    const comment = at("edit-comment").value.trim();
    const before = decisions.get(error.key);
    let decision = { verb: verbOf(error, mark), new: mark, comment };
    if (mode === "comment") decision = before ? { ...before, comment } : { verb: "comment", new: error.found, comment };
    if (decision.verb === "comment" && !comment) decision = null;
    if (fresh) error.found = mark;
    draft = null;
    at("editor").hidden = true;
    change(error, decision, mode === "comment" ? "Comment kept." : `${capital(SAID[decision.verb])}.`);
    choose(error);
  }

  const edges = new Map();
  function edgesOf(n, side) { // where words begin and end, in code points
    const text = textOf(n, side);
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
    const span = draft.mark[side].slice();
    const index = edge === "start" ? 0 : 1;
    const length = cutter(textOf(draft.error.segment, side))[0];
    const stops = edgesOf(draft.error.segment, side)[edge];
    const to = finely ? span[index] + by : by > 0 ? stops.find((stop) => stop > span[index]) : stops.findLast((stop) => stop < span[index]);
    if (to == null || to < 0 || to > length) return;
    span[index] = to;
    if (span[0] > span[1]) span[1 - index] = to;
    draft.mark = { ...draft.mark, [side]: span };
    preview();
  }

  /* ---- selecting text: the browser counts nodes and UTF-16 units, a span counts code points of the raw text ---- */
  function offset(text, node, place) {
    const range = document.createRange();
    range.selectNodeContents(text);
    range.setEnd(node, place);
    const part = range.cloneContents();
    for (const extra of part.querySelectorAll("sup, .caret")) extra.remove();
    for (const glyph of part.querySelectorAll(".glyph")) glyph.replaceWith(/^(ALM|LRM|RLM)$/.test(glyph.textContent) ? "" : "?");
    return Array.from(part.textContent).length;
  }

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = (range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement)?.closest(".side .text");
    if (!text || !text.contains(range.endContainer)) return null;
    const sides = text.closest(".sides");
    const side = text === sides.children[0].querySelector(".text") ? "hypothesis" : text === sides.children[1]?.querySelector(".text") ? "reference" : null;
    const n = page.positionOf(text.closest(".segment"));
    if (!side) return null;
    const letters = Array.from(textOf(n, side));
    let [start, end] = [offset(text, range.startContainer, range.startOffset), offset(text, range.endContainer, range.endOffset)];
    while (start < end && !letters[start].trim()) start++;
    while (start < end && !letters[end - 1].trim()) end--;
    return start < end ? { n, side, span: [start, end], box: range.getBoundingClientRect() } : null;
  }

  function opposite(n, side, place) { // the same place on the other side: between two findings both texts are alike
    const other = side === "hypothesis" ? "reference" : "hypothesis";
    let [from, to] = [0, 0];
    for (const error of errorsOf[n]) {
      const found = error.found;
      if (found && !error.added && found[side][1] <= place && found[side][1] >= from) [from, to] = [found[side][1], Math.max(to, found[other][1])];
    }
    return Math.min(to + place - from, cutter(textOf(n, other))[0]);
  }

  function markSelected() {
    const chosen = selected();
    if (!chosen) return false;
    getSelection().removeAllRanges();
    const { n, side, span } = chosen;
    if (draft && draft.error.segment === n) {
      draft.mark = { ...draft.mark, [side]: span };
      preview();
      return true;
    }
    if (draft) close();
    const place = opposite(n, side, span[1]);
    const other = [place, place];
    const major = severities.indexOf("major");
    const guess = categories.indexOf(side === "reference" ? "accuracy/omission" : "accuracy/mistranslation");
    openNew(n, { hypothesis: side === "hypothesis" ? span : other, reference: side === "reference" ? span : other, category: guess, severity: major });
    return true;
  }

  function addHere() { // without a pointer: the first word, then the editor's arrows
    if (markSelected()) return;
    const n = here ? here.segment : page.current();
    if (n < 0) return say("Go to a segment first: j, k.");
    const { start, end } = edgesOf(n, "hypothesis");
    const span = [start[1] ?? 0, end[1] ?? 0];
    const place = opposite(n, "hypothesis", span[1]);
    openNew(n, { hypothesis: span, reference: [place, place], category: categories.indexOf("accuracy/mistranslation"), severity: severities.indexOf("major") });
  }

  function offer() {
    const chosen = on && selected();
    at("pick").hidden = !chosen;
    if (!chosen) return;
    at("pick").firstChild.textContent = draft && draft.error.segment === chosen.n ? "Use this span " : `Mark as ${/^[aeiou]/.test(words.one) ? "an" : "a"} ${words.one} `;
    at("pick").style.top = Math.max(8, Math.min(chosen.box.bottom + 8, innerHeight - 140)) + "px";
    at("pick").style.left = Math.max(8, Math.min(chosen.box.left, root.clientWidth - at("pick").offsetWidth - 8)) + "px";
  }

  /* ---- keeping: in this browser, in a file, on the disk of mtqa serve ---- */
  const reviewer = () => at("reviewer").value.trim();

  function lines() {
    const rows = [...decisions].map(([key, decision]) => [byKey.get(key), decision]);
    rows.sort(([a], [b]) => a.segment - b.segment || a.found.hypothesis[0] - b.found.hypothesis[0]);
    const head = { schema: SCHEMA, assessment: data.assessment, reviewer: reviewer(), role: at("role").value };
    return [head, ...rows.map(([error, decision]) => ({ finding: error.key, verb: decision.verb,
      old: error.added ? null : record(error.segment, error.found),
      new: decision.new && record(error.segment, decision.new), comment: decision.comment, at: decision.at })), ...elsewhere.values()]
      .map((line) => JSON.stringify(line)).join("\n") + "\n";
  }

  const fits = (key, verb, old) => (verb === "add" ? !byKey.has(key) || byKey.get(key).added : byKey.has(key) && old && sameMark(old, byKey.get(key).found));

  function pack() { // for this browser: as small as it can be, and with names, which last longer than numbers
    const small = (mark) => mark && [...mark.hypothesis, ...mark.reference, categories[mark.category], severities[mark.severity]];
    return JSON.stringify({ schema: SCHEMA, reviewer: reviewer(), role: at("role").value,
      decisions: [...decisions].map(([key, decision]) => [key, { ...decision, old: small(byKey.get(key).added ? null : byKey.get(key).found), new: small(decision.new) }]),
      elsewhere: [...elsewhere.values()] });
  }

  function unpack(text) {
    let head;
    try { head = JSON.parse(text); } catch { return null; }
    if (head?.schema !== SCHEMA) return null;
    const big = (mark) => mark && markOf({ start: mark[0], end: mark[1], reference_start: mark[2], reference_end: mark[3], category: mark[4], severity: mark[5] });
    const found = new Map(), rest = new Map(head.elsewhere.map((row) => [row.finding, row]));
    for (const [key, { old, ...decision }] of head.decisions) {
      const [before, mark] = [big(old), big(decision.new)];
      if (fits(key, decision.verb, before)) found.set(key, { ...decision, new: mark });
      else rest.set(key, { finding: key, verb: decision.verb, old: before && record(decision.segment, before), new: mark && record(decision.segment, mark), comment: decision.comment, at: decision.at });
    }
    return { head, found, rest };
  }

  /* What a text of lines holds, or one sentence on why it cannot be read; nothing is changed here. */
  function parse(text) {
    let rows;
    try { rows = text.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line)); } catch { return "This is no decisions file: a line is no JSON."; }
    const head = rows[0] || {};
    if (head.schema !== SCHEMA) return `This is no decisions file of this version: ${SCHEMA} is wanted, ${head.schema || "no schema"} found.`;
    if (head.assessment !== data.assessment) return "These decisions were made in the report of another assessment.";
    const found = new Map(), rest = new Map();
    for (const [index, row] of rows.slice(1).entries()) {
      const mark = row.new && markOf(row.new), key = String(row.finding);
      const n = place(row.old || row.new || {});
      if (!SAID[row.verb] || (row.new && !mark) || (!mark && row.verb !== "reject")) return `Line ${index + 2} is no decision.`;
      if (found.has(key) || rest.has(key)) return `Line ${index + 2}: finding ${key} is decided twice.`;
      const here = n >= 0 && fits(key, row.verb, row.old && markOf(row.old));
      if (!here && !data.reviewed) return `Line ${index + 2}: this report has no such finding.`;
      if (here) found.set(key, { verb: row.verb, new: mark, comment: String(row.comment || ""), at: String(row.at), segment: n });
      else rest.set(key, row); // decided in the report of before a merge
    }
    return { head, found, rest };
  }

  const place = (line) => segments.id.findIndex((id, n) => id === line.id
    && data.documents[segments.document[n]] === line.document && data.systems[segments.system[n]] === line.system);

  function take({ head, found, rest }) { // the newer of two decisions stands; one undo takes all of it back
    const step = [];
    let kept = 0;
    for (const [key, row] of rest) if (!decisions.has(key)) elsewhere.set(key, row);
    for (const [key, decision] of found) {
      const mine = decisions.get(key);
      if (mine && mine.at >= decision.at) { kept += mine.at > decision.at; continue; }
      step.push([key, mine]);
      put(key, decision);
    }
    if (step.length) steps.push(step);
    if (!reviewer()) at("reviewer").value = head.reviewer || "";
    if (head.role && !decisions.size) at("role").value = head.role;
    page.refresh();
    return `${step.length} ${step.length === 1 ? "decision" : "decisions"} read` + (kept ? `; ${kept} made here later were kept.` : ".");
  }

  async function load(file) {
    const parsed = parse(await file.text());
    if (typeof parsed === "string") return say(parsed + " Nothing was changed.", true);
    const other = parsed.head.reviewer;
    if (other && reviewer() && other !== reviewer() && decisions.size + elsewhere.size) {
      return say(`These are the decisions of ${other}: put together by 'mtqa review merge', not here. Nothing was changed.`, true);
    }
    if (other) at("reviewer").value = other;
    if (parsed.head.role) at("role").value = parsed.head.role;
    say(take(parsed));
    keep();
  }

  function keep() {
    count();
    try {
      if (decisions.size || elsewhere.size || reviewer()) localStorage.setItem(PLACE, pack());
      else localStorage.removeItem(PLACE);
    } catch { say("This browser keeps nothing for this page: export before you close it.", true); }
    if (root.dataset.saves) {
      clearTimeout(saving);
      saving = setTimeout(store, 250);
    }
  }

  async function store() { // mtqa serve: the file is replaced only if nobody else has changed it
    if (!reviewer()) return say("Give your name, so that the decisions can be saved.", true);
    try {
      const answer = await fetch("decisions", { method: "PUT", body: lines(), headers: { "Content-Type": "application/jsonl", "If-Match": version } });
      if (answer.ok) version = answer.headers.get("ETag");
      root.dataset.saves = answer.ok ? "saved" : "failed";
      say(answer.ok ? "Saved to disk." : `Not saved to disk: ${(await answer.text()).trim()}`, !answer.ok);
    } catch {
      root.dataset.saves = "failed";
      say("mtqa serve does not answer: the decisions are kept in this browser.", true);
    }
  }

  async function recall() {
    try {
      const saved = localStorage.getItem(PLACE);
      const parsed = saved && unpack(saved);
      if (parsed) take(parsed);
    } catch { /* no storage */ }
    if (root.dataset.saves) {
      const answer = await fetch("decisions");
      version = answer.headers.get("ETag");
      const parsed = parse(await answer.text());
      if (typeof parsed !== "string") take(parsed);
    }
    steps.length = 0;
    count();
  }

  function download() {
    if (!reviewer()) {
      at("who").open = true;
      at("reviewer").focus();
      return say("Give your name first: the trail says who decided.", true);
    }
    const link = make("a", { href: URL.createObjectURL(new Blob([lines()], { type: "application/jsonl" })), download: `decisions-${reviewer().replace(/[^\p{L}\p{N}]+/gu, "-")}.jsonl` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`${decisions.size} ${decisions.size === 1 ? "decision" : "decisions"} exported.`);
  }

  function forget() {
    const button = at("forget");
    if (!button.dataset.sure && decisions.size) {
      button.dataset.sure = "yes";
      button.textContent = `Really forget ${decisions.size}?`;
      return;
    }
    calm();
    steps.push([...decisions]);
    for (const key of [...decisions.keys()]) put(key, null);
    page.refresh();
    keep();
    try { localStorage.removeItem(PLACE); } catch { /* no storage */ }
    say("Forgotten in this browser; undo brings it back as long as the page is open.");
  }

  function calm() {
    delete at("forget").dataset.sure;
    at("forget").textContent = "Forget";
  }

  /* ---- the bar ---- */
  const capital = (text) => text[0].toUpperCase() + text.slice(1);

  function say(text, loud) {
    at("said").value = text;
    at("said").classList.toggle("loud", Boolean(loud));
  }

  function count() {
    let done = 0, added = 0;
    for (const [key, decision] of decisions) {
      if (decision.verb === "add") added++;
      else if (decision.verb !== "comment" && byKey.has(key)) done++;
    }
    at("progress").max = Math.max(total, 1);
    at("progress").value = done;
    at("progress-text").textContent = `${done} of ${total} reviewed${added ? `, ${added} added` : ""}`;
    at("undo").disabled = !steps.length;
    at("as").textContent = reviewer() ? `${reviewer()}, ${at("role").value}` : "Who reviews?";
    at("review").dataset.count = decisions.size || "";
    root.dataset.decisions = decisions.size;
  }

  function toggle(wanted = !on) {
    if (draft) close();
    on = wanted;
    root.classList.toggle("reviewing", on);
    at("review").setAttribute("aria-pressed", String(on));
    at("review-bar").hidden = !on;
    at("pick").hidden = true;
    if (!on) at("unreviewed").checked = false;
    for (const error of byKey.values()) {
      paint(error);
      if (error.added) list(error, on);
    }
    page.refresh();
    if (!on) { here = null; return; }
    count();
    if (!reviewer()) {
      at("who").open = true;
      at("reviewer").focus();
    }
    say("a accepts, r rejects, 1 to 4 grade; ? lists all keys.");
  }

  function leaveMenu(event) {
    event?.preventDefault(); // else Enter would reach the summary, and open it again
    event?.stopPropagation();
    at("who").open = false;
    keep();
    if (event) at("as").parentElement.focus();
  }

  function listen() {
    at("review").addEventListener("click", () => toggle());
    at("done").addEventListener("click", () => { toggle(false); at("review").focus(); });
    at("undo").addEventListener("click", undo);
    at("export").addEventListener("click", download);
    at("forget").addEventListener("click", forget);
    at("forget").addEventListener("blur", calm);
    at("load").addEventListener("click", () => at("file").click());
    at("file").addEventListener("change", async () => { if (at("file").files[0]) await load(at("file").files[0]); at("file").value = ""; });
    for (const id of ["reviewer", "role"]) at(id).addEventListener("change", keep);
    at("who").addEventListener("keydown", (event) => { if (event.key === "Escape" || (event.key === "Enter" && event.target === at("reviewer"))) leaveMenu(event); });
    document.addEventListener("pointerdown", (event) => { if (at("who").open && !at("who").contains(event.target)) leaveMenu(); });
    at("unreviewed").addEventListener("change", () => page.filter());
    at("pick").addEventListener("pointerdown", (event) => event.preventDefault());
    at("pick").addEventListener("click", markSelected);
    at("editor").addEventListener("submit", submit);
    at("editor").addEventListener("keydown", (event) => { // in a list of choices browsers do nothing on Enter
      if (event.key === "Enter" && event.target === at("edit-category")) { event.preventDefault(); at("editor").requestSubmit(); }
    });
    at("editor-cancel").addEventListener("click", close);
    at("edit-category").addEventListener("change", (event) => { draft.mark = { ...draft.mark, category: Number(event.target.value) }; preview(); });
    at("edit-severity").addEventListener("change", (event) => { draft.mark = { ...draft.mark, severity: Number(event.target.value) }; preview(); });
    for (const side of ["hypothesis", "reference"]) for (const button of at(`edit-${side}`).querySelectorAll("button")) {
      button.addEventListener("click", (event) => move(side, button.dataset.edge, Number(button.dataset.by), event.shiftKey));
    }
    at("list").addEventListener("click", (event) => {
      const part = event.target.closest(".finding, .m");
      if (!on || draft || !part || !getSelection().isCollapsed) return;
      const error = errorsOf[page.positionOf(part.closest(".segment"))][Number(part.dataset.e.split(" ")[0])];
      if (error && error !== here) choose(error);
    });
    document.addEventListener("selectionchange", offer);
    addEventListener("storage", (event) => {
      const parsed = event.key === PLACE && event.newValue && unpack(event.newValue);
      if (!parsed) return;
      const message = take(parsed);
      count();
      if (on) say("From another tab: " + message);
    });
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

  const KEYS = {
    a: () => here && VERBS.accept(here), r: () => here && VERBS.reject(here), c: () => here && VERBS.comment(here),
    e: () => { if (!markSelected() && here) VERBS.edit(here); }, i: addHere, u: undo, n: () => step(1), p: () => step(-1),
  };
  severities.forEach((_, severity) => { KEYS[severity + 1] = () => here && VERBS.regrade(here, severity); });

  function keyed(event) { // true: the key was meant for the review
    if (event.key === "v" && !draft && !at("editor").contains(event.target)) { toggle(); return true; }
    if (!on) return false;
    if (draft) {
      if (event.key === "Escape") { close(); return true; }
      return event.key !== "Tab" && (event.key !== "e" || !markSelected()) ? "typing" : event.key === "e";
    }
    if (!KEYS[event.key]) return false;
    KEYS[event.key]();
    return true;
  }

  furnish();
  listen();
  return {
    dress, keyed,
    passes: (n) => !on || !at("unreviewed").checked || errorsOf[n].some((error) => !decided(error)),
    arrived: (n) => { if (on && !draft && here?.segment !== n) choose(errorsOf[n].find((error) => !decided(error)) || errorsOf[n][0]); },
    start: async () => { await recall(); if (root.dataset.saves) toggle(true); },
  };
}
