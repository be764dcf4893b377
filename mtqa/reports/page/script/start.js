/* The start: every part is given the page and adds its verbs to it, in this order; then everything is drawn. */
(async () => {
  const started = performance.now();
  const root = document.documentElement;
  try { const saved = localStorage.getItem("mtqa-theme"); if (saved) root.dataset.theme = saved; } catch { /* no storage */ }
  const page = {
    root, at: (id) => document.getElementById(id), ...nodes(), ...await delivery(),
    /* What review or comparison puts in: nothing is dressed, asked for or taken without them. */
    dress() {}, arrived() {}, taken: () => false, admits: () => true, begin: async () => {},
    concerns: () => true, mirrored: () => true, narrowedFurther: () => false, clearFurther() {}, chosenFurther() {}, viewFurther() {}, lookFurther() {},
  };
  page.notable = (n) => page.errorsOf[n].length > 0;
  for (const part of PARTS) Object.assign(page, part(page));
  root.classList.add("scripts");
  page.filter();
  await page.begin();
  page.follow();
  page.prepare();
  root.dataset.readyMs = Math.round(performance.now() - started);
  root.dataset.ready = "true";
})();
