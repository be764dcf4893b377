/* What is typed into the search: text as it stands, field:text, TER>50, and -what is not wanted; all of it must hold. */
function query(page) {
  const { data, segments, errorsOf } = page;
  const TOKEN = /(-?)(?:([^\s:<>="-][^\s:<>="]*)(:|<=|>=|<|>|=))?(?:"([^"]*)"?|(\S+))/gu;
  const low = (value) => String(value ?? "").toLowerCase();
  const all = (value) => [value].flat(2);
  const wordsOf = (text) => text.split(/\s+/).filter(Boolean).length;

  const OF_SEGMENTS = { // field → the texts in which it is looked for
    id: (n) => [segments.id[n]],
    document: (n) => [data.documents ? data.documents[segments.document[n]] : segments.where[n]],
    source: (n) => [segments.source[n]],
    hypothesis: (n) => all(segments.hypothesis[n]),
    reference: (n) => [segments.references[n], segments.corrections?.[n] ?? []].flat(),
    status: (n) => [segments.status?.[n]],
  };
  const OF_ERRORS = {
    category: (error) => data.categories[error.category],
    severity: (error) => data.severities[error.severity],
    rule: (error) => data.rules[error.rule],
    explanation: (error) => error.explanation,
  };
  const NUMBERS = { // name → the values of a segment, one a system; what was not measured is no number
    points: (n) => all(segments.points[n]),
    expected: (n) => all(segments.expected ? segments.expected[n] : null),
    words: (n) => all(segments.hypothesis[n]).map(wordsOf),
    [page.data.words.many]: (n) => [errorsOf[n].length],
  };
  data.metrics.forEach(([name], index) => {
    NUMBERS[low(name)] = (n) => (Array.isArray(segments.scores[n][0]) ? segments.scores[n] : [segments.scores[n]]).map((row) => row[index]);
  });
  const OF_ERROR_NUMBERS = { confidence: (error) => error.confidence };
  if (data.documents) OF_SEGMENTS.system = (n) => [data.systems[segments.system[n]]];
  else OF_ERRORS.system = (error) => data.systems[error.system];
  const ALIASES = { doc: "document", src: "source", hyp: "hypothesis", mt: "hypothesis", target: "hypothesis", ref: "reference", why: "explanation" };
  const HOLDS = {
    "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b, "=": (a, b) => a === b, ":": (a, b) => a === b,
  };

  function understood(name, sign, value) { // null: no field of this page, so it is text like any other
    const field = ALIASES[name] ?? name, number = Number(value);
    const counts = value !== "" && Number.isFinite(number);
    const exact = sign === "=" ? (text) => low(text) === value : (text) => low(text).includes(value);
    if (Object.hasOwn(NUMBERS, field) && counts) return { segment: (n) => NUMBERS[field](n).some((found) => found != null && HOLDS[sign](found, number)) };
    if (Object.hasOwn(OF_ERROR_NUMBERS, field) && counts) return { error: (error) => HOLDS[sign](OF_ERROR_NUMBERS[field](error), number) };
    if (sign !== ":" && sign !== "=") return null;
    if (Object.hasOwn(OF_SEGMENTS, field)) return { segment: (n) => OF_SEGMENTS[field](n).some(exact), shown: /^(source|hypothesis|reference)$/.test(field) };
    if (Object.hasOwn(OF_ERRORS, field)) return { error: (error) => exact(OF_ERRORS[field](error)) };
    return null;
  }

  function* parts(typed) { // [not wanted?, the field's test or null, the text]; words side by side stay one text
    const text = low(typed);
    let from = -1, to = 0;
    for (const found of text.matchAll(TOKEN)) {
      const [whole, not, name, sign, phrase, word] = found;
      const field = name ? understood(name, sign, phrase ?? word) : null;
      if (!not && !field && (phrase == null || name)) {
        if (from < 0) from = found.index;
        to = found.index + whole.length;
        continue;
      }
      if (from >= 0) yield [false, null, text.slice(from, to)];
      from = -1;
      yield [Boolean(not), field, field || !name ? phrase ?? word : whole.slice(1)];
    }
    if (from >= 0) yield [false, null, text.slice(from, to)];
  }

  /* Tests of segments, tests that one and the same finding must pass, and the texts to paint. */
  function ask(text) {
    const asked = { segments: [], errors: [], words: [] };
    for (const [not, field, plain] of parts(text)) {
      const holds = field?.segment ?? (field ? (n) => errorsOf[n].some(field.error) : (n) => page.haystack(n).includes(plain));
      if (field?.error && !not) asked.errors.push(field.error);
      else asked.segments.push(not ? (n) => !holds(n) : holds);
      if (!not && plain && (field ? field.shown : true)) asked.words.push(plain);
    }
    return asked;
  }

  return { ask };
}
