/* The reply: what was answered becomes a decisions file of the role "vendor", saved by the browser; nothing is sent. */
"use strict";
(() => {
  const form = document.getElementById("save");
  if (!form) return;
  let unsaved = false;

  // The line of one charge, or null where it was left open; a remark alone is a comment.
  const line = (charge, at) => {
    const comment = charge.querySelector("textarea").value.trim();
    const chosen = charge.querySelector("input:checked");
    const verb = chosen ? chosen.value : comment ? "comment" : null;
    if (!verb) return null;
    const old = JSON.parse(charge.dataset.old);
    return { finding: charge.dataset.finding, verb, old, new: verb === "reject" ? null : old, comment, at };
  };

  const save = (text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
    link.download = "reply.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  document.addEventListener("input", (event) => {
    if (event.target.closest(".charge")) unsaved = true;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = document.getElementById("told");
    const reviewer = document.getElementById("who").value.trim();
    const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const lines = [...document.querySelectorAll(".charge")].map((charge) => line(charge, at)).filter(Boolean);
    if (!reviewer || !lines.length) {
      told.textContent = reviewer ? "Nothing is answered yet." : "Give your name.";
      return;
    }
    const head = { schema: "mtqa.decisions/1", assessment: document.body.dataset.assessment, reviewer, role: "vendor" };
    save([head, ...lines].map((each) => JSON.stringify(each) + "\n").join(""));
    unsaved = false;
    told.textContent = `${lines.length} answered: send reply.jsonl back.`;
  });
  document.documentElement.dataset.ready = "true";
})();
