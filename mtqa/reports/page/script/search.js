/* The search: what of a segment is searched, made ready while nobody waits, and the hits painted over the texts. */
function search(page) {
  const { segments, errorsOf, shelf, total } = page;
  const SLICE = 6; // milliseconds at a time
  const hay = new Array(total);

  function haystack(n) {
    return hay[n] ??= [segments.id[n], segments.where[n], segments.source[n], segments.hypothesis[n], segments.references[n],
      errorsOf[n].map((error) => error.explanation)].flat().join("\n").toLowerCase();
  }

  function prepare(from = 0) { // the first search is then as fast as the second
    const end = performance.now() + SLICE;
    let n = from;
    while (n < total && performance.now() < end) haystack(n++);
    if (n < total) setTimeout(prepare, SLICE, n);
  }

  function highlight() {
    if (!window.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("hits");
    const sought = page.searched().filter((word) => word.length > 1);
    if (!sought.length) return;
    const ranges = [];
    for (const text of shelf.querySelectorAll(".text")) {
      const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const low = walk.currentNode.data.toLowerCase();
        if (low.length !== walk.currentNode.data.length) continue;
        for (const wanted of sought) for (let place = low.indexOf(wanted); place >= 0; place = low.indexOf(wanted, place + 1)) {
          const range = new Range();
          range.setStart(walk.currentNode, place);
          range.setEnd(walk.currentNode, place + wanted.length);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("hits", new Highlight(...ranges));
  }

  return { haystack, prepare, highlight };
}
