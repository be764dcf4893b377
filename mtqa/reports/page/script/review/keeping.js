/* Keeping: in this browser under the fingerprint of the assessment, in a download, on the disk of mtqa serve. */
function keeping(review, page) {
  const { root, at, make } = page;
  const { made, elsewhere, reviewer } = review;
  const PLACE = "mtqa-review:" + page.data.assessment;
  let version = null, saving = 0;

  async function load(chosen) {
    const parsed = review.parse(await chosen.text());
    if (typeof parsed === "string") return review.say(parsed + " Nothing was changed.", true);
    const other = parsed.head.reviewer;
    if (other && reviewer() && other !== reviewer() && made.size + elsewhere.size) {
      return review.say(`These are the decisions of ${other}: put together by 'mtqa review merge', not here. Nothing was changed.`, true);
    }
    if (other) at("reviewer").value = other;
    if (parsed.head.role) at("role").value = parsed.head.role;
    review.say(review.take(parsed));
    keep();
  }

  function keep() {
    review.count();
    try {
      if (made.size || elsewhere.size || reviewer()) localStorage.setItem(PLACE, review.pack());
      else localStorage.removeItem(PLACE);
    } catch { review.say("This browser keeps nothing for this page: export before you close it.", true); }
    if (root.dataset.saves) {
      clearTimeout(saving);
      saving = setTimeout(store, 250);
    }
  }

  async function store() { // mtqa serve: the file is replaced only if nobody else has changed it
    if (!reviewer()) return review.say("Give your name, so that the decisions can be saved.", true);
    if (version === null) return review.say("Not saved to disk: the file there was not read. Export your decisions.", true);
    try {
      const answer = await fetch("decisions", { method: "PUT", body: review.lines(), headers: { "Content-Type": "application/jsonl", "If-Match": version } });
      if (answer.ok) version = answer.headers.get("ETag");
      root.dataset.saves = answer.ok ? "saved" : "failed";
      review.say(answer.ok ? "Saved to disk." : `Not saved to disk: ${(await answer.text()).trim()}`, !answer.ok);
    } catch {
      root.dataset.saves = "failed";
      review.say("mtqa serve does not answer: the decisions are kept in this browser.", true);
    }
  }

  async function recall() {
    try {
      const saved = localStorage.getItem(PLACE);
      const parsed = saved && review.unpack(saved);
      if (parsed) review.take(parsed);
      else if (saved) setAside(saved);
    } catch { /* no storage */ }
    if (root.dataset.saves) {
      const answer = await fetch("decisions");
      version = answer.headers.get("ETag");
      const parsed = review.parse(await answer.text());
      if (typeof parsed !== "string") review.take(parsed);
      else if (answer.headers.get("Content-Length") !== "0") refuse(parsed);
    }
    review.steps.length = 0;
    review.count();
  }

  function setAside(saved) { // what another version of this page kept is not read, but neither written over
    localStorage.setItem(`${PLACE}:${Date.now()}`, saved);
    review.warn("This browser holds decisions of another version of this page. They were set aside, not lost: export them with that version.");
  }

  function refuse(reason) { // the file on disk is not what this page can go on with: nothing is saved over it
    version = null;
    root.dataset.saves = "failed";
    review.warn(`The decisions on disk were not read: ${reason} Nothing is saved over them; export what you decide here.`);
  }

  function download() {
    if (!reviewer()) {
      at("who").open = true;
      at("reviewer").focus();
      return review.say("Give your name first: the trail says who decided.", true);
    }
    const link = make("a", { href: URL.createObjectURL(new Blob([review.lines()], { type: "application/jsonl" })), download: `decisions-${reviewer().replace(/[^\p{L}\p{N}]+/gu, "-")}.jsonl` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    review.say(`${page.count(made.size, "decision")} exported.`);
  }

  function forget() {
    const button = at("forget");
    if (!button.dataset.sure && made.size) {
      button.dataset.sure = "yes";
      button.textContent = `Really forget ${made.size}?`;
      return;
    }
    calm();
    review.steps.push([...made]);
    for (const key of [...made.keys()]) review.put(key, null);
    page.refresh();
    keep();
    try { localStorage.removeItem(PLACE); } catch { /* no storage */ }
    review.say("Forgotten in this browser; undo brings it back as long as the page is open.");
  }

  function calm() {
    delete at("forget").dataset.sure;
    at("forget").textContent = "Forget";
  }

  function listen() {
    at("export").addEventListener("click", download);
    at("forget").addEventListener("click", forget);
    at("forget").addEventListener("blur", calm);
    at("load").addEventListener("click", () => at("file").click());
    at("file").addEventListener("change", async () => { if (at("file").files[0]) await load(at("file").files[0]); at("file").value = ""; });
    for (const id of ["reviewer", "role"]) at(id).addEventListener("change", keep);
    addEventListener("storage", (event) => {
      const parsed = event.key === PLACE && event.newValue && review.unpack(event.newValue);
      if (!parsed) return;
      const message = review.take(parsed);
      review.count();
      if (review.on) review.say("From another tab: " + message);
    });
  }

  listen();
  return { keep, recall };
}
