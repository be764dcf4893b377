/* Texts and figures as nodes: by textContent only, invisible characters by their names, cut by code points. */
function nodes() {
  const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;
  const NAMES = {
    0x61c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF",
    0x202d: "LRO", 0x202e: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
    0xfeff: "BOM", 0xad: "SHY",
  };

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value != null) node.setAttribute(name, value);
    for (const child of children) if (child != null) node.append(child);
    return node;
  }

  function* revealed(text) {
    let rest = text;
    for (let place = rest.search(HIDDEN); place >= 0; place = rest.search(HIDDEN)) {
      if (place) yield rest.slice(0, place);
      const letter = rest[place], code = letter.charCodeAt(0);
      const name = NAMES[code] || "U+" + code.toString(16).toUpperCase().padStart(4, "0");
      yield make("span", { class: "glyph" }, name);
      if ("\u061c\u200e\u200f".includes(letter)) yield letter;
      rest = rest.slice(place + 1);
    }
    if (rest) yield rest;
  }

  /* Offsets are code points; only a text with characters outside the first plane needs to be taken apart for that. */
  function cutter(text) {
    if (!/[\ud800-\udfff]/.test(text)) return [text.length, (start, end) => text.slice(start, end)];
    const points = Array.from(text);
    return [points.length, (start, end) => points.slice(start, end).join("")];
  }

  function tongue(text) { // Han characters have the shapes of their language
    if (/[\u3040-\u30ff]/.test(text)) return "ja";
    if (/[\u1100-\u11ff\uac00-\ud7a3]/.test(text)) return "ko";
    return /[\u3400-\u9fff\uf900-\ufaff]/.test(text) ? "zh" : null;
  }

  const decimal = (value) => value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const plain = (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });
  const count = (number, one, many = one + "s") => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  return { make, revealed, cutter, tongue, decimal, plain, count };
}
