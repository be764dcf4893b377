/* Several deliveries side by side: the card of a segment, who wins it, and the filters and orders that follow from that. */
function several(page) {
  const { at, make, segments, errorsOf, marked, plain, decimal } = page;
  const { systems, metrics, words, deciding, penalty } = page.data;
  const SERIOUS = page.data.severities.indexOf("major");
  const state = { pair: page.data.pair.slice(), outcome: "", system: -1 };

  /* ---- who wins a segment ---- */
  function merit(n, system) { // by the deciding measure; null where it was not measured
    if (deciding < 0) return segments.points[n][system] == null ? null : -segments.points[n][system];
    const value = segments.scores[n][system][deciding];
    return value == null ? null : metrics[deciding][1] ? value : -value;
  }

  function gain(n, [left, right] = state.pair) { // of the right one over the left one; 0 where they are alike
    const [before, after] = [merit(n, left), merit(n, right)];
    return before == null || after == null ? 0 : Math.round(1000 * (after - before)) / 1000;
  }

  const serious = (n, system) => errorsOf[n].some((error) => error.system === system && error.severity >= SERIOUS);
  const OUTCOMES = {
    right: (n) => gain(n) > 0,
    left: (n) => gain(n) < 0,
    flips: (n) => gain(n) !== 0,
    alike: (n) => gain(n) === 0,
    mended: (n) => serious(n, state.pair[0]) && !serious(n, state.pair[1]),
    broken: (n) => !serious(n, state.pair[0]) && serious(n, state.pair[1]),
    differ: (n) => new Set(segments.hypothesis[n]).size > 1,
  };

  function outcomes() { // in words, for the pair that is looked at
    const [left, right] = state.pair.map((system) => systems[system]);
    const grave = `serious ${words.many}`;
    return [["", "every outcome"], ["flips", "one is better"], ["right", `${right} is better`], ["left", `${left} is better`],
      ["alike", "alike"], ["mended", `${grave} in ${left} only`], ["broken", `${grave} in ${right} only`], ["differ", "texts differ"]];
  }

  /* ---- the card ---- */
  function chip(n) {
    const found = gain(n), [left, right] = state.pair;
    const winner = systems[found > 0 ? right : left], size = Math.abs(found);
    if (!found) return make("span", { class: "chip" }, "alike");
    const by = deciding < 0 ? page.count(size, "point").replace(String(size), plain(size)) : `${decimal(size)} ${metrics[deciding][0]}`;
    return make("span", { class: "chip flip" }, make("bdi", null, winner), ` is better by ${by}`);
  }

  function column(n, system) {
    const text = segments.hypothesis[n][system];
    const mine = errorsOf[n].map((error, k) => [error, k]).filter(([error]) => error.system === system);
    const scores = make("span", { class: "scores" });
    const points = segments.points[n][system];
    if (penalty && points != null) scores.append(page.score("compared", plain(points), points === 1 ? "point" : "points"));
    metrics.forEach(([name], index) => {
      const value = segments.scores[n][system][index];
      if (value != null) scores.append(page.score("compared", decimal(value), name));
    });
    const spans = mine.map(([error, k]) => [k, error.hypothesis]);
    const column = page.side([make("bdi", null, systems[system])], "hypothesis", text, marked(text, spans, errorsOf[n], "del"));
    column.firstChild.after(make("div", { class: "counts" }, ...page.chips(mine.map(([error]) => error)), scores));
    const own = segments.corrections[n]?.[system];
    if (own != null) column.append(page.side("Correction", "reference", own, marked(own, mine.map(([error, k]) => [k, error.reference]), errorsOf[n], "ins")));
    if (mine.length) column.append(make("ol", { class: "findings" }, ...mine.map(([error, k]) => page.finding(error, k))));
    return column;
  }

  function card(n) {
    const header = make("header", null, make("h3", null, make("a", { href: page.addressOf(n) }, segments.id[n])));
    if (segments.where[n]) header.append(make("span", { class: "where" }, segments.where[n]));
    header.append(chip(n));
    const node = make("article", { id: "segment-" + segments.anchor[n], class: "segment several", tabindex: -1 }, header, page.sourceOf(n));
    segments.references[n].forEach((text, index, all) => {
      const label = (words.reference === "correction" ? "Correction" : "Reference") + (all.length > 1 ? ` ${index + 1}` : "");
      node.append(page.side(label, "reference", text, [...page.revealed(text)]));
    });
    node.append(make("div", { class: "sides" }, ...systems.map((_, system) => column(n, system))));
    return node;
  }

  /* ---- orders ---- */
  const ways = [["flip", "largest difference first"], ["gain", "most gained first"], ["loss", "most lost first"], ["count", `most ${words.many} first`]];

  function weight(n, way) {
    if (way === "count") return errorsOf[n].length;
    return way === "flip" ? Math.abs(gain(n)) : way === "gain" ? gain(n) : -gain(n);
  }

  /* ---- filters ---- */
  function furnish() {
    at("outcome").replaceChildren(...outcomes().map(([value, name]) => make("option", { value }, name)));
    at("outcome").value = state.outcome;
  }

  function pairing() { // with three or more, which two are looked at
    at("pairing").hidden = systems.length < 3;
    ["left", "right"].forEach((id, index) => {
      at(id).append(...systems.map((name, system) => make("option", { value: system }, name)));
      at(id).value = String(state.pair[index]);
      at(id).addEventListener("change", () => {
        const chosen = Number(at(id).value);
        if (chosen === state.pair[1 - index]) state.pair.reverse();
        else state.pair[index] = chosen;
        ["left", "right"].forEach((other, place) => { at(other).value = String(state.pair[place]); });
        furnish();
        page.refresh();
      });
    });
  }

  furnish();
  pairing();
  at("outcome").addEventListener("change", (event) => { state.outcome = event.target.value; page.filter(); });
  return {
    card, ways, weight,
    admits: (n) => !state.outcome || OUTCOMES[state.outcome](n),
    concerns: (error) => state.system < 0 || error.system === state.system,
    notable: (n) => gain(n) !== 0,
    narrowedFurther: () => Boolean(state.outcome) || state.system >= 0,
    clearFurther() { Object.assign(state, { outcome: "", system: -1 }); at("outcome").value = ""; },
    viewFurther(view) {
      if (state.outcome) view.set("outcome", state.outcome);
      if (state.system >= 0) view.set("with", systems[state.system]);
      if (state.pair.join() !== page.data.pair.join()) state.pair.forEach((system, side) => view.set(["left", "right"][side], systems[system]));
    },
    lookFurther(view) {
      const pair = ["left", "right"].map((side) => systems.indexOf(view.get(side)));
      state.pair = pair[0] !== pair[1] && !pair.includes(-1) ? pair : page.data.pair.slice();
      state.outcome = Object.hasOwn(OUTCOMES, view.get("outcome") ?? "") ? view.get("outcome") : "";
      state.system = systems.indexOf(view.get("with"));
      ["left", "right"].forEach((side, place) => { at(side).value = String(state.pair[place]); });
      furnish();
      page.forgetCards();
    },
    chosenFurther(button) { state.system = Number(button.dataset.system ?? -1); },
    mirrored: (button) => Number(button.dataset.system ?? -1) === state.system,
  };
}

/* The parts of the page of several deliveries, in the order in which each needs the others. */
const PARTS = [marks, several, list, query, search, popover, views, filters, keys];
