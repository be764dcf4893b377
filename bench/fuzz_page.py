"""Random texts through the data of the page, and back in node: `python bench/fuzz_page.py [--minutes 10] [--seed 1]`.

The data stands in a `<script>` element. Whatever the texts hold (ends of elements, comments, U+2028, surrogates), the
element must end where it should, as HTML's own rules find its end, and JSON.parse must give the texts back (a lone
surrogate as U+FFFD). Both forms are tried, plain and packed. Needs node.
Ends with 1 at the first text that came back otherwise.
"""

import argparse
import json
import random
import subprocess
import sys
import time

from mtqa.reports.page import data
from mtqa.reports.wording import whole

PIECES = ("</script>", "</SCRIPT ", "<script", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#60;", "\u2028", "\u2029",
          "\ud83d", "\ude00", "\U0001f600", "\ufeff", "\0", "\b", "\x1b", "\x7f", "\\", "\\u003c", '"', "'", "`",
          "${x}", "__proto__", "\r\n", "\t", "é", "e\u0301", "\u202e", "<", ">", "&", " ", "a")  # fmt: skip
READ = """
const zlib = require("zlib");
const lines = require("fs").readFileSync(0, "utf8").split("\\n").filter(Boolean);
const out = lines.map((line) => {
  const html = JSON.parse(line);
  const open = html.indexOf(">") + 1, end = html.search(/<\\/script[\\t\\n\\f\\r />]/i);
  if (html.slice(end) !== "</script>" || /<!--/.test(html.slice(open, end))) return null;
  let text = html.slice(open, end);
  if (html.startsWith('<script type="application/gzip')) text = zlib.gunzipSync(Buffer.from(text, "base64")).toString();
  return JSON.parse(text);
});
process.stdout.write(out.map((value) => JSON.stringify(value)).join("\\n"));
"""


def text(chance: random.Random) -> str:
    """Up to 30 pieces, some of them any character at all."""
    any_one = (chr(chance.randrange(0x110000)) for _ in range(30))
    return "".join(
        next(any_one) if chance.random() < 0.2 else chance.choice(PIECES) for _ in range(chance.randrange(30))
    )


def main() -> None:
    """Batches of 500 until the time is over."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    chance = random.Random(asked.seed)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 60 * asked.minutes:
        given = [{"texts": [text(chance) for _ in range(3)], text(chance): [text(chance)]} for _ in range(500)]
        data.PLAIN_LIMIT = chance.choice((0, 1_000_000))  # type: ignore[misc]
        pages = [whole(str(data.packed(columns))) for columns in given]
        lines = "\n".join(json.dumps(page) for page in pages)
        ran = subprocess.run(["node", "-e", READ], input=lines.encode(), capture_output=True, check=True)
        for columns, page, line in zip(given, pages, ran.stdout.decode().split("\n"), strict=True):
            found = json.loads(line)
            if found != json.loads(whole(json.dumps(columns, ensure_ascii=False))):
                sys.exit(f"came back otherwise: {columns!r}\n{page[:500]}\n{line[:500]}")
        count += len(given)
    print(f"{count} pages in {(time.monotonic() - began) / 60:.1f} minutes, all came back as they were")


if __name__ == "__main__":
    main()
