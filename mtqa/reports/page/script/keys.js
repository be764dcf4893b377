/* The keyboard, the address, the theme and the printer: everything that reaches the page from outside its lists. */
function keys(page) {
  const { root, at } = page;
  const KEYS = {
    j: () => page.step(1), k: () => page.step(-1), n: () => page.step(1, true), p: () => page.step(-1, true),
    "/": () => at("search").focus(), x: page.clear, t: theme, "?": () => at("keys").showModal(),
  };

  function theme() {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("mtqa-theme", root.dataset.theme); } catch { /* no storage: the choice lasts as long as the page */ }
  }

  function unfold(anchor) { // how a figure was made, opened and reached
    const figure = document.getElementById(anchor);
    if (!figure) return;
    figure.open = true;
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    figure.querySelector("summary")?.focus({ preventScroll: true });
  }

  function keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
    const typing = /^(input|select|textarea)$/i.test(event.target.tagName) && event.target.type !== "checkbox";
    const taken = (!typing || event.key === "Escape") && page.taken(event);
    if (taken === true) { event.preventDefault(); return; }
    if (taken) return;
    if (event.key === "Escape") { page.hide(); if (event.target === at("search")) at("search").blur(); return; }
    if (!typing && KEYS[event.key]) { event.preventDefault(); KEYS[event.key](); }
  }

  document.addEventListener("click", (event) => { // the address that is there already is followed all the same
    const link = event.target.closest('a[href^="#segment-"], a[href^="#made-"], a[href^="#view?"]');
    if (link && link.getAttribute("href") === location.hash) { event.preventDefault(); page.follow(); }
  });
  addEventListener("hashchange", page.follow);
  addEventListener("scroll", () => { page.draw(false); page.place(); }, { passive: true });
  addEventListener("resize", () => page.draw(true));
  addEventListener("beforeprint", () => page.print(true));
  addEventListener("afterprint", () => page.print(false));
  at("theme").addEventListener("click", theme);
  at("help").addEventListener("click", () => at("keys").showModal());
  addEventListener("keydown", keyed);
  return { unfold };
}
