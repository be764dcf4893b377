/* Selecting text: the browser counts nodes and UTF-16 units, a span counts code points of the raw text. */
function selecting(review, page) {
  const { root, at, errorsOf, cutter } = page;
  const { severities, categories, words } = page.data;
  const pick = at("pick");

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
    const letters = Array.from(review.textOf(n, side));
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
    return Math.min(to + place - from, cutter(review.textOf(n, other))[0]);
  }

  function markAnew(n, side, span, category) { // a major error there; the editor says what it is
    const place = opposite(n, side, span[1]);
    const other = side === "hypothesis" ? "reference" : "hypothesis";
    review.openNew(n, { [side]: span, [other]: [place, place], category: categories.indexOf(category), severity: severities.indexOf("major") });
  }

  function markSelected() {
    const chosen = selected();
    if (!chosen) return false;
    getSelection().removeAllRanges();
    const { n, side, span } = chosen;
    if (review.draft?.error.segment === n) {
      review.redraft({ [side]: span });
      return true;
    }
    if (review.draft) review.close();
    markAnew(n, side, span, side === "reference" ? "accuracy/omission" : "accuracy/mistranslation");
    return true;
  }

  function addHere() { // without a pointer: the first word, then the editor's arrows
    if (markSelected()) return;
    const n = review.here ? review.here.segment : page.current();
    if (n < 0) return review.say("Go to a segment first: j, k.");
    const { start, end } = review.edgesOf(n, "hypothesis");
    markAnew(n, "hypothesis", [start[1] ?? 0, end[1] ?? 0], "accuracy/mistranslation");
  }

  function offer() {
    const chosen = review.on && selected();
    pick.hidden = !chosen;
    if (!chosen) return;
    pick.firstChild.textContent = review.draft?.error.segment === chosen.n ? "Use this span " : `Mark as ${/^[aeiou]/.test(words.one) ? "an" : "a"} ${words.one} `;
    pick.style.top = Math.max(8, Math.min(chosen.box.bottom + 8, innerHeight - 140)) + "px";
    pick.style.left = Math.max(8, Math.min(chosen.box.left, root.clientWidth - pick.offsetWidth - 8)) + "px";
  }

  pick.addEventListener("pointerdown", (event) => event.preventDefault());
  pick.addEventListener("click", markSelected);
  document.addEventListener("selectionchange", offer);
  return { markSelected, addHere };
}
