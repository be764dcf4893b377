/* The filters: what is chosen, which segments fit it, and the controls and tables that show and change it. */
function filters(page) {
  const { root, at, make, total, errors, errorsOf, shelf } = page;
  const { severities, letters, categories } = page.data;
  const chosen = { category: -1, severity: new Set(), text: "", only: false, sort: "" };
  const tones = [];

  const fits = (error) => (chosen.category < 0 || error.category === chosen.category)
    && (!chosen.severity.size || chosen.severity.has(error.severity)) && page.concerns(error);
  const narrowed = () => chosen.category >= 0 || chosen.severity.size > 0;

  function passes(n) {
    if (narrowed() && !errorsOf[n].some(fits)) return false;
    if (chosen.only && !errorsOf[n].length) return false;
    if (!page.admits(n)) return false;
    return !chosen.text || page.haystack(n).includes(chosen.text);
  }

  function ranked(positions) {
    if (!chosen.sort) return positions;
    const keys = new Map(positions.map((n) => [n, page.weight(n, chosen.sort)]));
    return positions.sort((a, b) => keys.get(b) - keys.get(a) || a - b);
  }

  function dim(node, n) { // marks that are not asked for step back
    const narrow = narrowed();
    for (const part of node.querySelectorAll("[data-e]")) {
      const some = part.dataset.e.split(" ").some((k) => fits(errorsOf[n][k]));
      part.classList.toggle("off", narrow && !some);
    }
  }

  function filter(kept) {
    const began = performance.now();
    page.hide();
    const positions = [];
    for (let n = 0; n < total; n++) if (passes(n)) positions.push(n);
    if (shelf.getBoundingClientRect().top < 0 && !kept) at("segments").scrollIntoView({ behavior: "instant" });
    page.lay(ranked(positions));
    at("none").hidden = positions.length > 0;
    at("count").value = positions.length === total ? page.count(total, "segment")
      : `${positions.length.toLocaleString("en")} of ${page.count(total, "segment")}`;
    mirror();
    page.highlight();
    root.dataset.shown = positions.length;
    void shelf.offsetHeight; // the time below includes the layout
    root.dataset.filterMs = Math.round(performance.now() - began);
  }

  function refresh() {
    page.forgetCards();
    filter(true);
  }

  function mirror() { // the controls and the table show what is chosen
    at("category").value = chosen.category < 0 ? "" : String(chosen.category);
    tones.forEach(([severity, button]) => button.setAttribute("aria-pressed", chosen.severity.has(severity)));
    for (const button of document.querySelectorAll(".heat button")) {
      const severity = button.dataset.severity;
      const same = categories.indexOf(button.dataset.category) === chosen.category
        && (severity ? chosen.severity.size === 1 && chosen.severity.has(severities.indexOf(severity)) : !chosen.severity.size);
      button.setAttribute("aria-pressed", same && page.mirrored(button));
    }
    at("clear").hidden = !(narrowed() || chosen.text || chosen.only || chosen.sort || page.narrowedFurther());
  }

  function clear() {
    Object.assign(chosen, { category: -1, text: "", only: false, sort: "" });
    chosen.severity.clear();
    at("search").value = at("sort").value = "";
    if (at("only")) at("only").checked = false;
    page.clearFurther();
    filter();
  }

  function choose(button) {
    if (button.getAttribute("aria-pressed") === "true") return clear();
    chosen.category = categories.indexOf(button.dataset.category);
    chosen.severity.clear();
    const severity = severities.indexOf(button.dataset.severity);
    if (severity >= 0) chosen.severity.add(severity);
    page.chosenFurther(button);
    filter();
    at("segments").scrollIntoView({ behavior: "instant" });
  }

  function furnish() { // what the filters can choose from is what the delivery holds
    root.classList.toggle("nothing-marked", !errors.length);
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
    for (const [value, name] of page.ways) at("sort").append(make("option", { value }, name));
  }

  function listen() {
    at("category").addEventListener("change", (event) => { chosen.category = event.target.value === "" ? -1 : Number(event.target.value); filter(); });
    at("search").addEventListener("input", (event) => { chosen.text = event.target.value.trim().toLowerCase(); filter(); });
    at("only")?.addEventListener("change", (event) => { chosen.only = event.target.checked; filter(); });
    at("sort").addEventListener("change", (event) => { chosen.sort = event.target.value; filter(); });
    at("clear").addEventListener("click", (event) => { event.preventDefault(); clear(); });
    document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
    for (const button of document.querySelectorAll(".heat button")) {
      button.disabled = false;
      button.addEventListener("click", () => choose(button));
    }
  }

  furnish();
  listen();
  return { filter, refresh, clear, dim, searched: () => chosen.text };
}
