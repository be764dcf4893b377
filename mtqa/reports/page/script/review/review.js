/* Review: decisions on the findings, made in the page; nothing of it shows until it is switched on.
   Its parts share what is under way: whether it is on, the finding that keys speak to, the draft in the editor. */
function reviewing(page) {
  const review = { on: false, here: null, draft: null };
  const parts = [decisions, walking, dressing, editor, selecting, file, keeping, bar];
  for (const part of parts) Object.assign(review, part(review, page));
  return {
    dress: review.dress, arrived: review.arrived, taken: review.taken,
    admits: (n) => !review.on || !page.at("unreviewed").checked || page.errorsOf[n].some((error) => !review.decided(error)),
    begin: async () => { await review.recall(); if (page.root.dataset.saves) review.toggle(true); },
  };
}
