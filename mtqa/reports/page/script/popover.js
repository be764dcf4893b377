/* The popover: what a mark means, on hover, on focus and on touch; Esc closes it. */
function popover(page) {
  const { root, at, make, errorsOf, shelf } = page;
  const { severities, categories, rules } = page.data;
  const box = at("popover");
  let leaving = 0, held = null; // the mark that is explained

  function explain(node) {
    clearTimeout(leaving);
    if (held === node) return;
    hide();
    const host = node.closest(".segment");
    const found = errorsOf[page.positionOf(host)];
    const numbers = node.dataset.e.split(" ").map(Number);
    box.replaceChildren(...numbers.map((k) => item(found[k])));
    box.hidden = false;
    node.setAttribute("aria-describedby", "popover");
    for (const part of host.querySelectorAll("[data-e]")) {
      part.classList.toggle("on", part.dataset.e.split(" ").some((k) => numbers.includes(Number(k))));
    }
    held = node;
    place();
  }

  function item(error) {
    const evidence = error.evidence.map((fact) => make("li", null, ...page.quoting(fact)));
    return make("div", { class: "item" },
      make("div", { class: "kind" }, page.badge(error.severity), ` ${severities[error.severity]} · ${categories[error.category]}`),
      make("p", null, page.change(error)),
      make("p", null, ...page.quoting(error.explanation)),
      evidence.length ? make("ul", { class: "evidence" }, ...evidence) : null,
      make("p", { class: "rule" }, `rule ${rules[error.rule]}, severity by ${error.basis || "rule"}, confidence ${Math.round(100 * error.confidence)} %`));
  }

  function place() {
    if (!held) return;
    const mark = held.getClientRects()[0] || held.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = mark.bottom + 8 + size.height < innerHeight;
    box.style.top = Math.max(8, below ? mark.bottom + 8 : mark.top - size.height - 8) + "px";
    box.style.left = Math.max(8, Math.min(mark.left - 12, root.clientWidth - size.width - 8)) + "px";
  }

  function hide() {
    clearTimeout(leaving);
    if (held) held.removeAttribute("aria-describedby");
    for (const part of shelf.querySelectorAll(".on")) part.classList.remove("on");
    box.hidden = true;
    held = null;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 160); // time to move the pointer onto the popover
  }

  const markOf = (event) => event.target.closest(".m");
  shelf.addEventListener("mouseover", (event) => { if (markOf(event)) explain(markOf(event)); });
  shelf.addEventListener("mouseout", (event) => { if (markOf(event)) leave(); });
  shelf.addEventListener("focusin", (event) => { if (markOf(event)) explain(markOf(event)); else hide(); });
  shelf.addEventListener("focusout", leave);
  shelf.addEventListener("click", (event) => { if (markOf(event)) explain(markOf(event)); });
  box.addEventListener("mouseenter", () => clearTimeout(leaving));
  box.addEventListener("mouseleave", leave);

  return { hide, place, forgetGone: () => { if (held && !held.isConnected) hide(); } };
}
