/* The file of decisions (mtqa.decisions/1): as it is exported, as this browser keeps it, and as it is read again. */
function file(review, page) {
  const { data, segments, at } = page;
  const { severities, categories } = data;
  const { made, byKey, elsewhere, said, record, markOf } = review;
  const SCHEMA = "mtqa.decisions/1";
  const reviewer = () => at("reviewer").value.trim();

  function lines() {
    const rows = [...made].map(([key, decision]) => [byKey.get(key), decision]);
    rows.sort(([a], [b]) => a.segment - b.segment || a.found.hypothesis[0] - b.found.hypothesis[0]);
    const head = { schema: SCHEMA, assessment: data.assessment, reviewer: reviewer(), role: at("role").value };
    return [head, ...rows.map(([error, decision]) => ({ finding: error.key, verb: decision.verb,
      old: error.added ? null : record(error.segment, error.found),
      new: decision.new && record(error.segment, decision.new), comment: decision.comment, at: decision.at })), ...elsewhere.values()]
      .map((line) => JSON.stringify(line)).join("\n") + "\n";
  }

  const fits = (key, verb, old) => (verb === "add" ? !byKey.has(key) || byKey.get(key).added : byKey.has(key) && old && review.sameMark(old, byKey.get(key).found));

  function pack() { // for this browser: as small as it can be, and with names, which last longer than numbers
    const small = (mark) => mark && [...mark.hypothesis, ...mark.reference, categories[mark.category], severities[mark.severity]];
    return JSON.stringify({ schema: SCHEMA, reviewer: reviewer(), role: at("role").value,
      decisions: [...made].map(([key, decision]) => [key, { ...decision, old: small(byKey.get(key).added ? null : byKey.get(key).found), new: small(decision.new) }]),
      elsewhere: [...elsewhere.values()] });
  }

  function unpack(text) {
    let head;
    try { head = JSON.parse(text); } catch { return null; }
    if (head?.schema !== SCHEMA) return null;
    const big = (mark) => mark && markOf({ start: mark[0], end: mark[1], reference_start: mark[2], reference_end: mark[3], category: mark[4], severity: mark[5] });
    const found = new Map(), rest = new Map(head.elsewhere.map((row) => [row.finding, row]));
    for (const [key, { old, ...decision }] of head.decisions) {
      const [before, mark] = [big(old), big(decision.new)];
      if (fits(key, decision.verb, before)) found.set(key, { ...decision, new: mark });
      else rest.set(key, { finding: key, verb: decision.verb, old: before && record(decision.segment, before), new: mark && record(decision.segment, mark), comment: decision.comment, at: decision.at });
    }
    return { head, found, rest };
  }

  /* What a text of lines holds, or one sentence on why it cannot be read; nothing is changed here. */
  function parse(text) {
    let rows;
    try { rows = text.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line)); } catch { return "This is no decisions file: a line is no JSON."; }
    const head = rows[0] || {};
    if (head.schema !== SCHEMA) return `This is no decisions file of this version: ${SCHEMA} is wanted, ${head.schema || "no schema"} found.`;
    if (head.assessment !== data.assessment) return "These decisions were made in the report of another assessment.";
    const found = new Map(), rest = new Map();
    for (const [index, row] of rows.slice(1).entries()) {
      const mark = row.new && markOf(row.new), key = String(row.finding);
      const n = place(row.old || row.new || {});
      if (!said[row.verb] || (row.new && !mark) || (!mark && row.verb !== "reject")) return `Line ${index + 2} is no decision.`;
      if (found.has(key) || rest.has(key)) return `Line ${index + 2}: finding ${key} is decided twice.`;
      const here = n >= 0 && fits(key, row.verb, row.old && markOf(row.old));
      if (!here && !data.reviewed) return `Line ${index + 2}: this report has no such finding.`;
      if (here) found.set(key, { verb: row.verb, new: mark, comment: String(row.comment || ""), at: String(row.at), segment: n });
      else rest.set(key, row); // decided in the report of before a merge
    }
    return { head, found, rest };
  }

  const place = (line) => segments.id.findIndex((id, n) => id === line.id
    && data.documents[segments.document[n]] === line.document && data.systems[segments.system[n]] === line.system);

  function take({ head, found, rest }) { // the newer of two decisions stands; one undo takes all of it back
    const step = [];
    let kept = 0;
    for (const [key, row] of rest) if (!made.has(key)) elsewhere.set(key, row);
    for (const [key, decision] of found) {
      const mine = made.get(key);
      if (mine && mine.at >= decision.at) { kept += mine.at > decision.at; continue; }
      step.push([key, mine]);
      review.put(key, decision);
    }
    if (step.length) review.steps.push(step);
    if (!reviewer()) at("reviewer").value = head.reviewer || "";
    if (head.role && !made.size) at("role").value = head.role;
    page.refresh();
    return `${page.count(step.length, "decision")} read` + (kept ? `; ${kept} made here later were kept.` : ".");
  }

  return { reviewer, lines, pack, unpack, parse, take };
}
