/* The bar of the review: who reviews, how far it has come, what was just done; the keys; on and off. */
function bar(review, page) {
  const { root, at, errorsOf } = page;
  const { made, byKey } = review;
  let warning = "";
  const capital = (text) => text[0].toUpperCase() + text.slice(1);

  function say(text, loud) {
    at("said").value = text;
    at("said").classList.toggle("loud", Boolean(loud));
  }

  function warn(text) { // said at once, and again when the review opens
    warning = text;
    say(text, true);
  }

  function count() {
    let done = 0, added = 0;
    for (const [key, decision] of made) {
      if (decision.verb === "add") added++;
      else if (decision.verb !== "comment" && byKey.has(key)) done++;
    }
    at("progress").max = Math.max(review.total, 1);
    at("progress").value = done;
    at("progress-text").textContent = `${done} of ${review.total} reviewed${added ? `, ${added} added` : ""}`;
    at("undo").disabled = !review.steps.length;
    at("as").textContent = review.reviewer() ? `${review.reviewer()}, ${at("role").value}` : "Who reviews?";
    at("review").dataset.count = made.size || "";
    root.dataset.decisions = made.size;
  }

  function toggle(wanted = !review.on) {
    if (review.draft) review.close();
    review.on = wanted;
    root.classList.toggle("reviewing", wanted);
    at("review").setAttribute("aria-pressed", String(wanted));
    at("review-bar").hidden = !wanted;
    at("pick").hidden = true;
    if (!wanted) at("unreviewed").checked = false;
    for (const error of byKey.values()) {
      review.paint(error);
      if (error.added) review.enlist(error, wanted);
    }
    page.refresh();
    if (!wanted) { review.here = null; return; }
    count();
    if (!review.reviewer()) {
      at("who").open = true;
      at("reviewer").focus();
    }
    say(warning || "a accepts, r rejects, 1 to 4 grade; ? lists all keys.", Boolean(warning));
  }

  function leaveMenu(event) {
    event?.preventDefault(); // else Enter would reach the summary, and open it again
    event?.stopPropagation();
    at("who").open = false;
    review.keep();
    if (event) at("as").parentElement.focus();
  }

  function listen() {
    at("review").addEventListener("click", () => toggle());
    at("done").addEventListener("click", () => { toggle(false); at("review").focus(); });
    at("undo").addEventListener("click", review.undo);
    at("who").addEventListener("keydown", (event) => { if (event.key === "Escape" || (event.key === "Enter" && event.target === at("reviewer"))) leaveMenu(event); });
    document.addEventListener("pointerdown", (event) => { if (at("who").open && !at("who").contains(event.target)) leaveMenu(); });
    at("unreviewed").addEventListener("change", () => page.filter());
    at("list").addEventListener("click", (event) => {
      const part = event.target.closest(".finding, .m");
      if (!review.on || review.draft || !part || !getSelection().isCollapsed) return;
      const error = errorsOf[page.positionOf(part.closest(".segment"))][Number(part.dataset.e.split(" ")[0])];
      if (error && error !== review.here) review.choose(error);
    });
  }

  const act = (verb, value) => () => { if (review.here) review.verbs[verb](review.here, value); };
  const KEYS = {
    a: act("accept"), r: act("reject"), c: act("comment"), u: review.undo, i: () => review.addHere(),
    e: () => { if (!review.markSelected()) act("edit")(); }, n: () => review.walk(1), p: () => review.walk(-1),
  };
  page.data.severities.forEach((_, severity) => { KEYS[severity + 1] = act("regrade", severity); });

  function taken(event) { // true: the key was meant for the review
    if (event.key === "v" && !review.draft && !at("editor").contains(event.target)) { toggle(); return true; }
    if (!review.on) return false;
    if (review.draft) {
      if (event.key === "Escape") { review.close(); return true; }
      return event.key !== "Tab" && (event.key !== "e" || !review.markSelected()) ? "typing" : event.key === "e";
    }
    if (!KEYS[event.key]) return false;
    KEYS[event.key]();
    return true;
  }

  listen();
  return { capital, say, warn, count, toggle, taken };
}
