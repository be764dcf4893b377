/* Walking: the finding that keys speak to, and which one is next. */
function walking(review, page) {
  const { at, errorsOf } = page;

  function* findings() {
    for (const n of page.order()) yield* errorsOf[n];
  }

  function choose(error) {
    const before = review.here;
    review.here = error;
    if (before && before !== error && before.segment !== error?.segment) page.redraw(before.segment);
    if (!error) return;
    if (page.current() !== error.segment || !page.cardOf(error.segment)?.isConnected) page.goTo(error.segment, false);
    page.redraw(error.segment);
    const row = rowOf(error);
    if (!row) return;
    row.focus({ preventScroll: true });
    const box = row.getBoundingClientRect(), room = innerHeight - at("review-bar").offsetHeight - 16;
    if (box.top < 90 || box.bottom > room) scrollBy({ top: box.top - Math.max(100, room / 2 - box.height), behavior: "instant" });
  }

  const rowOf = (error) => page.cardOf(error.segment)?.querySelectorAll(".finding")[errorsOf[error.segment].indexOf(error)];

  function step(by) {
    const all = [...findings()];
    const place = all.indexOf(review.here);
    const to = place >= 0 ? place + by : nearest(all, by);
    if (all[to]) choose(all[to]);
    else review.say(by > 0 ? "That was the last one." : "That was the first one.");
  }

  function nearest(all, by) {
    const place = new Map(page.order().map((n, index) => [n, index]));
    const from = place.get(page.current()) ?? -1;
    const after = all.findIndex((error) => place.get(error.segment) >= from);
    return by > 0 ? after : after - 1;
  }

  function next(from = review.here, act = () => {}) { // the next one that is open, in the order that is shown
    const all = [...findings()];
    const place = all.indexOf(from);
    const open = (error) => !review.decided(error);
    const to = all.find((error, index) => index > place && open(error)) || all.find((error) => open(error) && error !== from);
    act();
    if (to) return choose(to);
    if (review.byKey.has(from?.key)) choose(from);
    review.say(`Every ${page.data.words.one} here is reviewed. Export the decisions when you are done.`);
  }

  function arrived(n) { // the keyboard came to a segment: its first open finding is meant
    if (!review.on || review.draft || review.here?.segment === n) return;
    choose(errorsOf[n].find((error) => !review.decided(error)) || errorsOf[n][0]);
  }

  return { choose, walk: step, next, arrived };
}
