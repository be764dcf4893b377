/* The filters: what is chosen, which segments fit it, and the controls and tables that show and change it. */
function filters(page) {
  const { root, at, make, total, segments, errors, errorsOf, shelf } = page;
  const { severities, letters, categories } = page.data;
  const chosen = { category: -1, severity: new Set(), document: -1, text: "", only: false, sort: "" };
  let asked = page.ask("");
  const tones = [];

  const fits = (error) => (chosen.category < 0 || error.category === chosen.category)
    && (!chosen.severity.size || chosen.severity.has(error.severity)) && page.concerns(error)
    && asked.errors.every((holds) => holds(error));
  const narrowed = () => chosen.category >= 0 || chosen.severity.size > 0 || asked.errors.length > 0;

  function passes(n) {
    if (narrowed() && !errorsOf[n].some(fits)) return false;
    if (chosen.only && !errorsOf[n].length) return false;
    if (chosen.document >= 0 && segments.document[n] !== chosen.document) return false;
    return page.admits(n) && asked.segments.every((holds) => holds(n));
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
    page.keepView(view());
    page.highlight();
    root.dataset.shown = positions.length;
    void shelf.offsetHeight; // the time below includes the layout
    root.dataset.filterMs = Math.round(performance.now() - began);
  }

  function refresh() {
    page.forgetCards();
    filter(true);
  }

  function view() { // what is chosen, as it stands in the address
    const view = new URLSearchParams();
    if (chosen.text) view.set("find", chosen.text);
    if (chosen.category >= 0) view.set("category", categories[chosen.category]);
    if (chosen.severity.size) view.set("severity", [...chosen.severity].map((severity) => severities[severity]).join(","));
    if (chosen.document >= 0) view.set("document", page.data.documents[chosen.document]);
    if (chosen.only) view.set("only", "1");
    if (chosen.sort) view.set("sort", at("sort").selectedOptions[0].text);
    page.viewFurther(view);
    return view;
  }

  function look(view) { // the other way round; what this page does not have is passed over
    const sort = [...at("sort").options].find((option) => option.text === view.get("sort"));
    const wanted = (view.get("severity") ?? "").split(",").map((name) => severities.indexOf(name));
    Object.assign(chosen, {
      category: categories.indexOf(view.get("category")), severity: new Set(wanted.filter((severity) => severity >= 0)),
      document: at("document") ? page.data.documents.indexOf(view.get("document")) : -1, only: Boolean(at("only")) && view.has("only"), sort: sort?.value ?? "",
    });
    search(view.get("find") ?? "");
    at("search").value = chosen.text;
    at("sort").value = chosen.sort;
    if (at("only")) at("only").checked = chosen.only;
    page.lookFurther(view);
    filter();
    at("segments").scrollIntoView({ behavior: "instant" });
  }

  function search(text) {
    chosen.text = text.trim();
    asked = page.ask(chosen.text);
  }

  function mirror() { // the controls and the table show what is chosen
    at("category").value = chosen.category < 0 ? "" : String(chosen.category);
    if (at("document")) at("document").value = chosen.document < 0 ? "" : String(chosen.document);
    tones.forEach(([severity, button]) => button.setAttribute("aria-pressed", chosen.severity.has(severity)));
    for (const button of document.querySelectorAll(".heat button")) {
      const severity = button.dataset.severity;
      const same = categories.indexOf(button.dataset.category) === chosen.category
        && (severity ? chosen.severity.size === 1 && chosen.severity.has(severities.indexOf(severity)) : !chosen.severity.size);
      button.setAttribute("aria-pressed", same && page.mirrored(button));
    }
    at("clear").hidden = !(narrowed() || chosen.document >= 0 || chosen.text || chosen.only || chosen.sort || page.narrowedFurther());
  }

  function clear() {
    Object.assign(chosen, { category: -1, document: -1, only: false, sort: "" });
    search("");
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
    if (at("document") && page.data.documents.length > 1) {
      at("document").append(...page.data.documents.map((name, n) => make("option", { value: n }, name)));
      at("document").closest("label").hidden = false;
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
    at("search").addEventListener("input", (event) => { search(event.target.value); filter(); });
    at("document")?.addEventListener("change", (event) => { chosen.document = event.target.value === "" ? -1 : Number(event.target.value); filter(); });
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
  return { filter, refresh, clear, dim, look, searched: () => asked.words };
}
