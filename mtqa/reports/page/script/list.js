/* The list: all cards where they are few, else those near the screen, between two spacers as high as the rest. */
function list(page) {
  const { at, make, total } = page;
  const ALL_AT_ONCE = 400; // segments; above, only the cards near the screen are in the page
  const EDGE = 1200; // pixels kept ready above and below the screen
  const GUESS = 210; // pixels of a card that was never seen
  const GAP = 13; // pixels between two cards
  const PRINTED = 2000; // cards that are made for the printer at most
  const shelf = at("list");
  const virtual = total > ALL_AT_ONCE;
  const made = new Map(); // position → card in the page (all ever made where they are few)
  const heights = new Float64Array(total).fill(GUESS);
  const before = make("div", { class: "spacer" }), after = make("div", { class: "spacer" });
  let order = [], tops = new Float64Array(1), first = 0, last = 0, current = -1, printing = false;

  function cardAt(n) {
    if (!made.has(n)) made.set(n, page.card(n));
    const node = made.get(n);
    page.dim(node, n);
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
      if (force) shelf.replaceChildren(...order.slice(0, PRINTED).map(cardAt));
      if (force && order.length > PRINTED) shelf.append(make("p", { class: "note" }, `The first ${PRINTED} of ${order.length} segments; filter to print others.`));
      return;
    }
    const top = -shelf.getBoundingClientRect().top;
    const from = slot(top - EDGE), to = Math.min(order.length, slot(top + innerHeight + EDGE) + 1);
    if (!force && from === first && to === last) return;
    [first, last] = [from, to];
    const shown = order.slice(from, to);
    const keep = new Set(shown);
    for (const n of made.keys()) if (!keep.has(n)) made.delete(n);
    space();
    arrange([before, ...shown.map(cardAt), after]);
    settle(shown, slot(top));
    page.highlight();
  }

  function space() {
    before.style.height = tops[first] + "px";
    after.style.height = tops[order.length] - tops[last] + "px";
  }

  function arrange(nodes) { // cards that stay are not touched: what has the focus keeps it
    const wanted = new Set(nodes);
    for (const child of [...shelf.children]) if (!wanted.has(child)) child.remove();
    let next = shelf.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else shelf.insertBefore(node, next);
    }
    page.forgetGone();
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
    space();
    if (tops[anchor] !== was && anchor > 0) scrollBy({ top: tops[anchor] - was, behavior: "instant" });
  }

  function redraw(n) { // a card whose findings have changed; it keeps its place
    const old = made.get(n);
    if (!old) return;
    made.delete(n);
    if (!old.isConnected) return;
    old.replaceWith(cardAt(n));
    if (virtual) settle([n], slot(-shelf.getBoundingClientRect().top));
    page.hide();
  }

  function lay(positions) { // these segments, in this order
    order = positions;
    addUp();
    draw(true);
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
    if (!order.includes(n)) page.clear();
    current = n;
    if (virtual) {
      const place = order.indexOf(n);
      for (let round = 0; round < 3; round++) {
        scrollTo({ top: scrollY + shelf.getBoundingClientRect().top + tops[place] - 90, behavior: "instant" });
        draw(true);
      }
    }
    for (const [k, node] of made) node.classList.toggle("here", k === n);
    const node = made.get(n);
    if (!virtual) node.scrollIntoView({ block: "start", behavior: "instant" });
    if (focus) {
      node.focus({ preventScroll: true });
      page.arrived(n);
    }
  }

  function step(by, wanted) {
    let place = current < 0 ? (by > 0 ? -1 : order.length) : order.indexOf(current);
    for (place += by; place >= 0 && place < order.length; place += by) {
      if (wanted && !page.notable(order[place])) continue;
      goTo(order[place], true);
      try { history.replaceState(null, "", page.addressOf(order[place])); } catch { /* not allowed here */ }
      return;
    }
  }

  function follow() { // the address names a segment, a view, or how a figure was made
    let anchor = location.hash.slice(1);
    try { anchor = decodeURIComponent(anchor); } catch { /* a hash that is no encoding is taken as it stands */ }
    const view = page.askedView();
    if (view) return page.look(view);
    if (anchor.startsWith("made-")) return page.unfold(anchor);
    const n = anchor.startsWith("segment-") ? page.placeOf(anchor.slice("segment-".length)) : undefined;
    if (n !== undefined) goTo(n, true);
  }

  return {
    shelf, lay, draw, redraw, print, goTo, step, follow,
    order: () => order, current: () => current, cardOf: (n) => made.get(n), forgetCards: () => made.clear(),
  };
}
