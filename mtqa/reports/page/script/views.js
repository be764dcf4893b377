/* The address of what is shown: filters and order stand in it, so that a view can be sent, kept and opened again. */
function views(page) {
  const MARK = "#view?";

  function keep(view) { // what is chosen → the address; a segment's address stays while nothing is chosen
    if (!page.root.dataset.ready) return; // the address was not read yet
    const wanted = String(view);
    if (!wanted && !location.hash.startsWith(MARK)) return;
    const address = wanted ? MARK + wanted : location.pathname + location.search;
    if (wanted && location.hash === address) return;
    try { history.replaceState(null, "", address); } catch { /* not allowed here: the view is shown all the same */ }
  }

  function asked() { // the address → what is to be chosen, or nothing
    return location.hash.startsWith(MARK) ? new URLSearchParams(location.hash.slice(MARK.length)) : null;
  }

  return { keepView: keep, askedView: asked };
}
