/* Dressing: what a card shows in review, what was decided, what can be decided. */
function dressing(review, page) {
  const { make, errorsOf } = page;
  const { severities, categories } = page.data;
  const { made, said } = review;

  function dress(card, n) {
    if (!review.on) return;
    const found = errorsOf[n];
    for (const part of card.querySelectorAll(".m")) {
      const mine = part.dataset.e.split(" ").map((k) => found[k]);
      part.classList.toggle("rejected", mine.every((error) => made.get(error.key)?.verb === "reject"));
      part.classList.toggle("chosen", mine.includes(review.here));
    }
    card.querySelectorAll(".finding").forEach((row, k) => dressRow(row, found[k]));
  }

  function dressRow(row, error) {
    const decision = made.get(error.key);
    row.tabIndex = -1;
    row.classList.add("open");
    row.classList.toggle("chosen", error === review.here);
    if (decision) row.dataset.verb = decision.verb;
    if (error === review.here) row.setAttribute("aria-current", "true");
    row.append(make("span", { class: "quick" },
      error.added ? null : verb("accept", "✓", "Accept", "a", error, review.decided(error) && decision.verb !== "reject"),
      verb("reject", "✗", error.added ? "Take back" : "Reject", "r", error, decision?.verb === "reject")));
    const state = make("span", { class: "state" });
    if (error.confirmed) state.append(make("span", { class: "chip earlier" }, "confirmed in a review"));
    if (decision) state.append(make("b", null, said[decision.verb]), ...was(error, decision));
    if (decision?.comment) state.append(make("q", { dir: "auto" }, decision.comment));
    if (state.childNodes.length) row.append(state);
    if (error === review.here) row.append(choices(error));
  }

  function choices(error) { // the grades, the editor, the comment: for the one finding that keys speak to
    const grades = severities.map((name, severity) => {
      const node = verb("regrade", `${severity + 1} ${name}`, `Severity ${name}`, String(severity + 1), error, error.severity === severity, severity);
      node.classList.add(name);
      return node;
    });
    return make("span", { class: "verbs", role: "group", "aria-label": "Decide" }, ...grades,
      verb("edit", "Edit", "Edit span and category", "e", error), verb("comment", "Comment", "Comment", "c", error));
  }

  function was(error, decision) {
    if (error.added || !decision.new || decision.verb === "comment") return [];
    const words = [], { found } = error;
    if (decision.new.severity !== found.severity) words.push(`${severities[found.severity]} → ${severities[decision.new.severity]}`);
    if (decision.new.category !== found.category) words.push(`${categories[found.category]} → ${categories[decision.new.category]}`);
    if (!review.same(decision.new.hypothesis, found.hypothesis) || !review.same(decision.new.reference, found.reference)) words.push("span moved");
    return words.length ? [words.join(", ")] : [];
  }

  function verb(name, label, title, key, error, pressed, value) {
    const node = make("button", { type: "button", class: "verb", title: `${title} (${key})`, "aria-keyshortcuts": key, "aria-pressed": pressed == null ? null : String(Boolean(pressed)) }, label);
    if (label.length === 1) node.setAttribute("aria-label", title);
    node.addEventListener("click", (event) => { event.stopPropagation(); review.here = error; review.verbs[name](error, value); });
    return node;
  }

  return { dress };
}
