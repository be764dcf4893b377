"use strict";
/* The page's one script. It fetches nothing, and it puts texts into the page by textContent only.
   Reads: the data (columns of segments and errors). Makes: the cards, the filters, the popover, the keyboard. */
(async () => {
  const started = performance.now();
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const list = at("list");
  const ALL_AT_ONCE = 400; // segments; above, only the cards near the screen are in the page
  const EDGE = 1200; // pixels kept ready above and below the screen
  const GUESS = 210; // pixels of a card that was never seen
  const GAP = 13; // pixels between two cards
  const PRINTED = 2000; // cards that are made for the printer at most

  /* ---- data ---- */
  const data = await read(at("data"));
  const { segments, severities, letters, categories, rules, metrics, words } = data;
  const total = segments.id.length;
  const errors = data.errors.map((row) => ({
    segment: row[0], hypothesis: [row[1], row[2]], reference: [row[3], row[4]], category: row[5], severity: row[6],
    text: row[7], correction: row[8], explanation: row[9], evidence: row[10], rule: row[11], basis: row[12],
    confidence: row[13], key: row[14], confirmed: row[15] === 1,
  }));
  const errorsOf = Array.from({ length: total }, () => []);
  for (const error of errors) errorsOf[error.segment].push(error);
  const positionOf = new Map(segments.anchor.map((anchor, n) => [anchor, n]));

  async function read(element) {
    if (element.type === "application/json") return JSON.parse(element.textContent);
    const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
    element.remove();
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  /* ---- nodes: the same elements as cards.py writes ---- */
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value != null) node.setAttribute(name, value);
    for (const child of children) if (child != null) node.append(child);
    return node;
  }

  const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;
  const NAMES = { 0x61c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF",
    0x202d: "LRO", 0x202e: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xfeff: "BOM", 0xad: "SHY" };

  function* revealed(text) {
    let rest = text;
    for (let place = rest.search(HIDDEN); place >= 0; place = rest.search(HIDDEN)) {
      if (place) yield rest.slice(0, place);
      const letter = rest[place], code = letter.charCodeAt(0);
      const name = NAMES[code] || "U+" + code.toString(16).toUpperCase().padStart(4, "0");
      yield make("span", { class: "glyph" }, name);
      if ("\u061c\u200e\u200f".includes(letter)) yield letter;
      rest = rest.slice(place + 1);
    }
    if (rest) yield rest;
  }

  /* Offsets are code points; only a text with characters outside the first plane needs to be taken apart for that. */
  function cutter(text) {
    if (!/[\ud800-\udfff]/.test(text)) return [text.length, (start, end) => text.slice(start, end)];
    const points = Array.from(text);
    return [points.length, (start, end) => points.slice(start, end).join("")];
  }

  function marked(text, marks, found, tag) {
    const [length, cut] = cutter(text);
    const sorted = marks.slice().sort((a, b) => found[b[0]].severity - found[a[0]].severity);
    const edges = [...new Set([0, length, ...marks.flatMap(([, span]) => span)])].sort((a, b) => a - b);
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

  function mark(text, marks, found, tag) {
    const worst = found[marks[0][0]];
    const inside = text ? [...revealed(text)] : [make("span", { class: "caret" }, "‸")];
    if (tag === "del") inside.push(make("sup", null, letters[worst.severity]));
    return make(text ? tag : "mark", {
      class: `m ${severities[worst.severity]}${text ? "" : " gap"}`,
      "data-e": marks.map(([n]) => n).join(" "),
      tabindex: tag === "del" ? 0 : null,
    }, ...inside);
  }

  const decimal = (value) => value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  function head(n) {
    const found = errorsOf[n].filter((error) => !error.rejected), status = segments.status[n], points = segments.points[n];
    const header = make("header", null, make("h3", null,
      make("a", { href: "#segment-" + encodeURIComponent(segments.anchor[n]) }, segments.id[n])));
    if (segments.where[n]) header.append(make("span", { class: "where" }, segments.where[n]));
    if (status !== "paired") header.append(make("span", { class: "chip status" }, status));
    for (let severity = severities.length - 1; severity >= 0; severity--) {
      const count = found.filter((error) => error.severity === severity).length;
      const name = severities[severity];
      if (count) header.append(make("span", { class: "chip " + name, title: name }, `${letters[severity]} ${count}`));
    }
    if (!found.length && status === "paired") header.append(make("span", { class: "chip none" }, "no " + words.one));
    const scores = make("span", { class: "scores" });
    if (points) scores.append(make("span", { class: "score" }, make("b", null, points.toLocaleString("en", { maximumFractionDigits: 1 })), points === 1 ? " point" : " points"));
    metrics.forEach(([name], index) => {
      const value = segments.scores[n][index];
      if (value != null) scores.append(make("span", { class: "score" }, name + " ", make("b", null, decimal(value))));
    });
    header.append(scores);
    return header;
  }

  function tongue(text) { // Han characters have the shapes of their language
    if (/[\u3040-\u30ff]/.test(text)) return "ja";
    if (/[\u1100-\u11ff\uac00-\ud7a3]/.test(text)) return "ko";
    return /[\u3400-\u9fff\uf900-\ufaff]/.test(text) ? "zh" : null;
  }

  function side(label, kind, lang, nodes) {
    return make("div", { class: "side " + kind }, make("h4", null, label), make("p", { class: "text", dir: "auto", lang }, ...nodes));
  }

  function change(error) {
    const both = error.text && error.correction;
    if (rules[error.rule] === "review" && !error.correction && !/addition|omission/.test(categories[error.category])) {
      return make("span", { class: "change" }, "marked: ", make("span", { dir: "auto" }, error.text));
    }
    const node = make("span", { class: "change" }, error.text ? (both ? null : words.extra + ": ") : words.missing + ": ");
    if (error.text) node.append(make("del", { dir: "auto" }, error.text));
    if (both) node.append(" → ");
    if (error.correction) node.append(make("ins", { dir: "auto" }, error.correction));
    return node;
  }

  function badge(severity) {
    const name = severities[severity];
    return make("abbr", { class: "badge " + name, title: name }, letters[severity]);
  }

  function finding(error, n) {
    return make("li", { class: "finding", "data-e": n }, badge(error.severity),
      make("span", { class: "category" }, categories[error.category]), change(error),
      make("span", { class: "why", dir: "auto" }, error.explanation));
  }

  function card(n) {
    const found = errorsOf[n], references = segments.references[n];
    const name = words.reference === "correction" ? "Correction" : "Reference";
    const node = make("article", { id: "segment-" + segments.anchor[n], class: found.length ? "segment" : "segment flawless", tabindex: -1 }, head(n));
    if (segments.source[n] != null) {
      node.append(make("p", { class: "source" }, make("span", { class: "label" }, "Source"),
        make("span", { class: "text", dir: "auto", lang: tongue(segments.source[n]) }, ...revealed(segments.source[n]))));
    }
    const sides = make("div", { class: "sides" },
      side("Hypothesis", "hypothesis", tongue(segments.hypothesis[n]), marked(segments.hypothesis[n], found.map((error, k) => [k, error.hypothesis]), found, "del")));
    references.forEach((text, index) => {
      const marks = index ? [] : found.map((error, k) => [k, error.reference]);
      const label = references.length === 1 ? name : `${name} ${index + 1}`;
      sides.append(side(label, "reference", tongue(text), marked(text, marks, found, "ins")));
    });
    node.append(sides);
    if (found.length) node.append(make("ol", { class: "findings" }, ...found.map(finding)));
    review.dress(node, n);
    return node;
  }

  /* ---- the list: all cards where they are few, else those near the screen between two spacers ---- */
  const virtual = total > ALL_AT_ONCE;
  const made = new Map(); // position → card in the page (all ever made where they are few)
  const heights = new Float64Array(total).fill(GUESS);
  const before = make("div", { class: "spacer" }), after = make("div", { class: "spacer" });
  const popover = at("popover");
  let leaving = 0, held = null; // the mark that is explained
  let order = [], tops = new Float64Array(1), first = 0, last = 0, current = -1, printing = false;

  function cardAt(n) {
    if (!made.has(n)) made.set(n, card(n));
    const node = made.get(n);
    dim(node, n);
    node.classList.toggle("here", n === current);
    return node;
  }

  function addUp() {
    if (tops.length !== order.length + 1) tops = new Float64Array(order.length + 1);
    for (let k = 0; k < order.length; k++) tops[k + 1] = tops[k] + heights[order[k]];
  }

  function slot(offset) { // the card that lies at this height of the list
    let low = 0, high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function draw(force) {
    if (!virtual || printing) {
      if (force) list.replaceChildren(...order.slice(0, PRINTED).map(cardAt));
      if (force && order.length > PRINTED) list.append(make("p", { class: "note" }, `The first ${PRINTED} of ${order.length} segments; filter to print others.`));
      return;
    }
    const top = -list.getBoundingClientRect().top;
    const from = slot(top - EDGE), to = Math.min(order.length, slot(top + innerHeight + EDGE) + 1);
    if (!force && from === first && to === last) return;
    [first, last] = [from, to];
    const shown = order.slice(from, to);
    const keep = new Set(shown);
    for (const n of made.keys()) if (!keep.has(n)) made.delete(n);
    before.style.height = tops[from] + "px";
    after.style.height = tops[order.length] - tops[to] + "px";
    arrange([before, ...shown.map(cardAt), after]);
    settle(shown, slot(top));
    highlight();
  }

  function arrange(nodes) { // cards that stay are not touched: what has the focus keeps it
    const wanted = new Set(nodes);
    for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
    let next = list.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else list.insertBefore(node, next);
    }
    if (held && !held.isConnected) hide();
  }

  function settle(shown, anchor) { // heights are known now: the card at the top of the screen must not move
    const was = tops[anchor];
    let changed = false;
    for (const n of shown) {
      const height = made.get(n).offsetHeight + GAP;
      if (height !== heights[n]) [heights[n], changed] = [height, true];
    }
    if (!changed) return;
    addUp();
    before.style.height = tops[first] + "px";
    after.style.height = tops[order.length] - tops[last] + "px";
    if (tops[anchor] !== was && anchor > 0) scrollBy({ top: tops[anchor] - was, behavior: "instant" });
  }

  function redraw(n) { // a card whose findings have changed; it keeps its place
    const old = made.get(n);
    if (!old) return;
    made.delete(n);
    if (!old.isConnected) return;
    old.replaceWith(cardAt(n));
    if (virtual) settle([n], slot(-list.getBoundingClientRect().top));
    hide();
  }

  function refresh() {
    made.clear();
    filter(true);
  }

  function print(on) { // on paper every card that fits the filters stands there, and every number has its signature
    printing = on;
    for (const figure of document.querySelectorAll(".figure")) {
      if (on) figure.dataset.open = figure.open;
      figure.open = on || figure.dataset.open === "true";
    }
    draw(true);
  }

  function goTo(n, focus) {
    if (!order.includes(n)) clear();
    current = n;
    if (virtual) {
      const place = order.indexOf(n);
      for (let round = 0; round < 3; round++) {
        scrollTo({ top: scrollY + list.getBoundingClientRect().top + tops[place] - 90, behavior: "instant" });
        draw(true);
      }
    }
    for (const [k, node] of made) node.classList.toggle("here", k === n);
    const node = made.get(n);
    if (!virtual) node.scrollIntoView({ block: "start", behavior: "instant" });
    if (focus) {
      node.focus({ preventScroll: true });
      review.arrived(n);
    }
  }

  function step(by, wanted) {
    let place = current < 0 ? (by > 0 ? -1 : order.length) : order.indexOf(current);
    for (place += by; place >= 0 && place < order.length; place += by) {
      if (wanted && !errorsOf[order[place]].length) continue;
      goTo(order[place], true);
      remember(order[place]);
      return;
    }
  }

  function remember(n) {
    try { history.replaceState(null, "", "#segment-" + encodeURIComponent(segments.anchor[n])); } catch { /* not allowed here */ }
  }

  function follow() {
    if (!location.hash.startsWith("#segment-")) return;
    let anchor = location.hash.slice("#segment-".length);
    try { anchor = decodeURIComponent(anchor); } catch { /* a hash that is no encoding is taken as it stands */ }
    if (positionOf.has(anchor)) goTo(positionOf.get(anchor), true);
  }

  /* ---- filters ---- */
  const chosen = { category: -1, severity: new Set(), text: "", only: false, sort: "" };
  const tones = [];
  let hay = null;

  const fits = (error) => (chosen.category < 0 || error.category === chosen.category)
    && (!chosen.severity.size || chosen.severity.has(error.severity));
  const narrowed = () => chosen.category >= 0 || chosen.severity.size > 0;

  function haystack(n) {
    hay ||= new Array(total);
    return hay[n] ??= [segments.id[n], segments.where[n], segments.source[n], segments.hypothesis[n], ...segments.references[n],
      ...errorsOf[n].map((error) => error.explanation)].join("\n").toLowerCase();
  }

  function passes(n) {
    if (narrowed() && !errorsOf[n].some(fits)) return false;
    if (chosen.only && !errorsOf[n].length) return false;
    if (!review.passes(n)) return false;
    return !chosen.text || haystack(n).includes(chosen.text);
  }

  function ranked(positions) {
    if (!chosen.sort) return positions;
    const worst = (n) => {
      if (chosen.sort === "points") return segments.points[n] ?? 0;
      if (chosen.sort === "count") return errorsOf[n].length;
      const value = segments.scores[n][Number(chosen.sort)];
      return value == null ? -Infinity : metrics[Number(chosen.sort)][1] ? -value : value;
    };
    const keys = new Map(positions.map((n) => [n, worst(n)]));
    return positions.sort((a, b) => keys.get(b) - keys.get(a) || a - b);
  }

  function dim(node, n) {
    const narrow = narrowed();
    for (const part of node.querySelectorAll("[data-e]")) {
      const some = part.dataset.e.split(" ").some((k) => fits(errorsOf[n][k]));
      part.classList.toggle("off", narrow && !some);
    }
  }

  function filter(kept) {
    const began = performance.now();
    hide();
    const positions = [];
    for (let n = 0; n < total; n++) if (passes(n)) positions.push(n);
    order = ranked(positions);
    addUp();
    const stuck = list.getBoundingClientRect().top < 0 && !kept;
    if (stuck) at("segments").scrollIntoView({ behavior: "instant" });
    draw(true);
    at("none").hidden = order.length > 0;
    at("count").value = order.length === total ? `${total.toLocaleString("en")} segments`
      : `${order.length.toLocaleString("en")} of ${total.toLocaleString("en")} segments`;
    mirror();
    highlight();
    root.dataset.shown = order.length;
    void list.offsetHeight; // the time below includes the layout
    root.dataset.filterMs = Math.round(performance.now() - began);
  }

  function mirror() { // the controls and the table show what is chosen
    at("category").value = chosen.category < 0 ? "" : String(chosen.category);
    tones.forEach(([severity, button]) => button.setAttribute("aria-pressed", chosen.severity.has(severity)));
    for (const button of document.querySelectorAll(".heat button")) {
      const severity = button.dataset.severity;
      const same = categories.indexOf(button.dataset.category) === chosen.category
        && (severity ? chosen.severity.size === 1 && chosen.severity.has(severities.indexOf(severity)) : !chosen.severity.size);
      button.setAttribute("aria-pressed", same);
    }
    at("clear").hidden = !(narrowed() || chosen.text || chosen.only || chosen.sort);
  }

  function clear() {
    Object.assign(chosen, { category: -1, text: "", only: false, sort: "" });
    chosen.severity.clear();
    at("search").value = at("sort").value = "";
    at("only").checked = false;
    filter();
  }

  function choose(button) {
    const category = categories.indexOf(button.dataset.category);
    const severity = severities.indexOf(button.dataset.severity);
    if (button.getAttribute("aria-pressed") === "true") return clear();
    chosen.category = category;
    chosen.severity.clear();
    if (severity >= 0) chosen.severity.add(severity);
    filter();
    at("segments").scrollIntoView({ behavior: "instant" });
  }

  function highlight() { // hits of the search, painted over the texts without touching them
    if (!window.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("hits");
    if (chosen.text.length < 2) return;
    const ranges = [];
    for (const text of list.querySelectorAll(".text")) {
      const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const low = walk.currentNode.data.toLowerCase();
        if (low.length !== walk.currentNode.data.length) continue;
        for (let place = low.indexOf(chosen.text); place >= 0; place = low.indexOf(chosen.text, place + 1)) {
          const range = new Range();
          range.setStart(walk.currentNode, place);
          range.setEnd(walk.currentNode, place + chosen.text.length);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("hits", new Highlight(...ranges));
  }

  function furnish() { // what the filters can choose from is what the delivery holds
    const counts = new Map();
    for (const error of errors) counts.set(error.category, (counts.get(error.category) || 0) + 1);
    for (const [category, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      at("category").append(make("option", { value: category }, `${categories[category]} (${count})`));
    }
    for (let severity = severities.length - 1; severity >= 0; severity--) {
      if (!errors.some((error) => error.severity === severity)) continue;
      const name = severities[severity];
      const button = make("button", { type: "button", class: "tone " + name, title: name, "aria-label": name, "aria-pressed": "false" }, letters[severity]);
      button.addEventListener("click", () => {
        if (!chosen.severity.delete(severity)) chosen.severity.add(severity);
        filter();
      });
      tones.push([severity, button]);
      at("severity").append(button);
    }
    const ways = data.penalty ? [["points", "most penalty first"]] : [];
    ways.push(["count", `most ${words.many} first`], ...metrics.map(([name, better], index) => [index, `${better ? "lowest" : "highest"} ${name} first`]));
    for (const [value, name] of ways) at("sort").append(make("option", { value }, name));
  }

  /* ---- the popover: what a mark means, on hover and on focus; Esc closes it ---- */

  function explain(node) {
    clearTimeout(leaving);
    if (held === node) return;
    hide();
    const host = node.closest(".segment");
    const found = errorsOf[positionOf.get(host.id.slice("segment-".length))];
    const numbers = node.dataset.e.split(" ").map(Number);
    popover.replaceChildren(...numbers.map((k) => item(found[k])));
    popover.hidden = false;
    node.setAttribute("aria-describedby", "popover");
    for (const part of host.querySelectorAll("[data-e]")) {
      part.classList.toggle("on", part.dataset.e.split(" ").some((k) => numbers.includes(Number(k))));
    }
    held = node;
    place(node);
  }

  function item(error) {
    const evidence = error.evidence.map((fact) => make("li", { dir: "auto" }, fact));
    return make("div", { class: "item" },
      make("div", { class: "kind" }, badge(error.severity), ` ${severities[error.severity]} · ${categories[error.category]}`),
      make("p", null, change(error)),
      make("p", { dir: "auto" }, error.explanation),
      evidence.length ? make("ul", { class: "evidence" }, ...evidence) : null,
      make("p", { class: "rule" }, `rule ${rules[error.rule]}, severity by ${error.basis || "rule"}, confidence ${Math.round(100 * error.confidence)} %`));
  }

  function place(node) {
    const box = (node.getClientRects()[0] || node.getBoundingClientRect());
    const size = popover.getBoundingClientRect();
    const below = box.bottom + 8 + size.height < innerHeight;
    popover.style.top = Math.max(8, below ? box.bottom + 8 : box.top - size.height - 8) + "px";
    popover.style.left = Math.max(8, Math.min(box.left - 12, root.clientWidth - size.width - 8)) + "px";
  }

  function hide() {
    clearTimeout(leaving);
    if (held) held.removeAttribute("aria-describedby");
    for (const part of list.querySelectorAll(".on")) part.classList.remove("on");
    popover.hidden = true;
    held = null;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 160); // time to move the pointer onto the popover
  }

  /* ---- theme ---- */
  function theme(wanted) {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = wanted || (dark ? "light" : "dark");
    try { localStorage.setItem("mtqa-theme", root.dataset.theme); } catch { /* no storage: the choice lasts as long as the page */ }
  }

  /* ---- listeners ---- */
  function listen() {
    at("category").addEventListener("change", (event) => { chosen.category = event.target.value === "" ? -1 : Number(event.target.value); filter(); });
    at("search").addEventListener("input", (event) => { chosen.text = event.target.value.trim().toLowerCase(); filter(); });
    at("only").addEventListener("change", (event) => { chosen.only = event.target.checked; filter(); });
    at("sort").addEventListener("change", (event) => { chosen.sort = event.target.value; filter(); });
    at("clear").addEventListener("click", (event) => { event.preventDefault(); clear(); });
    document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
    for (const button of document.querySelectorAll(".heat button")) {
      button.disabled = false;
      button.addEventListener("click", () => choose(button));
    }
    list.addEventListener("mouseover", (event) => { const node = event.target.closest(".m"); if (node) explain(node); });
    list.addEventListener("mouseout", (event) => { if (event.target.closest(".m")) leave(); });
    list.addEventListener("focusin", (event) => { const node = event.target.closest(".m"); if (node) explain(node); else hide(); });
    list.addEventListener("focusout", leave);
    list.addEventListener("click", (event) => { const node = event.target.closest(".m"); if (node) explain(node); });
    popover.addEventListener("mouseenter", () => clearTimeout(leaving));
    popover.addEventListener("mouseleave", leave);
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#segment-"]');
      if (link && link.getAttribute("href") === location.hash) { event.preventDefault(); follow(); }
    });
    addEventListener("hashchange", follow);
    addEventListener("scroll", () => { draw(false); if (held) place(held); }, { passive: true });
    addEventListener("resize", () => draw(true));
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
    at("theme").addEventListener("click", () => theme());
    at("help").addEventListener("click", () => at("keys").showModal());
    addEventListener("keydown", keyed);
  }

  const KEYS = {
    j: () => step(1), k: () => step(-1), n: () => step(1, true), p: () => step(-1, true),
    "/": () => at("search").focus(), x: clear, t: () => theme(), "?": () => at("keys").showModal(),
  };

  function keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
    const meant = !/^(input|select|textarea)$/i.test(event.target.tagName) || event.target.type === "checkbox" || event.key === "Escape";
    const taken = meant && review.keyed(event);
    if (taken === true) { event.preventDefault(); return; }
    if (taken) return;
    if (event.key === "Escape") { hide(); if (event.target === at("search")) at("search").blur(); return; }
    if (/^(input|select|textarea)$/i.test(event.target.tagName) && event.target.type !== "checkbox") return;
    if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key](); }
  }

  /* ---- go ---- */
  try { const saved = localStorage.getItem("mtqa-theme"); if (saved) root.dataset.theme = saved; } catch { /* no storage */ }
  const review = reviewing({
    root, at, make, data, segments, errorsOf, cutter, made, redraw, refresh, filter, goTo,
    order: () => order, current: () => current, positionOf: (card) => positionOf.get(card.id.slice("segment-".length)),
  });
  furnish();
  listen();
  root.classList.add("scripts");
  filter();
  await review.start();
  follow();
  root.dataset.readyMs = Math.round(performance.now() - started);
  root.dataset.ready = "true";
})();
