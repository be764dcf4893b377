"""Writes golden.jsonl: statistics counted by sacrebleu itself. Run by hand: python tests/cases/metrics/make.py

One line a case: why it is there, the texts, and the statistics under every setting of SETTINGS that the case names.
"""

import json
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER

SETTINGS = {
    "bleu 13a": BLEU(tokenize="13a", force=True),
    "bleu 13a lower": BLEU(tokenize="13a", lowercase=True, force=True),
    "bleu intl": BLEU(tokenize="intl", force=True),
    "bleu zh": BLEU(tokenize="zh", force=True),
    "bleu char": BLEU(tokenize="char", force=True),
    "bleu none": BLEU(tokenize="none", max_ngram_order=2, force=True),
    "chrf": CHRF(),
    "chrf++": CHRF(word_order=2),
    "chrf lower space": CHRF(lowercase=True, whitespace=True, char_order=3),
    "ter": TER(),
    "ter cased nopunct": TER(case_sensitive=True, no_punct=True),
    "ter normalized": TER(normalized=True),
    "ter all": TER(normalized=True, no_punct=True, asian_support=True),
}

CASES: list[tuple[str, str, list[str]]] = [
    ("both empty", "", [""]),
    ("hypothesis empty", "", ["a b"]),
    ("reference empty", "a b", [""]),
    ("white space only", " \t\u3000 ", ["\u2028\x1c"]),
    ("clipped: the, Papineni et al. 2002", "the the the the the the the", ["The cat is on the mat."]),
    (
        "two references, Papineni et al. 2002",
        "It is a guide to action which ensures that the military always obeys the commands of the party.",
        [
            "It is a guide to action that ensures that the military will forever heed Party commands.",
            "It is the guiding principle which guarantees the military forces always being under the command"
            " of the Party.",
        ],
    ),
    ("reference lengths equally near", "a b c d", ["a b c d e", "a b c"]),
    ("an empty reference among others", "a b", ["", "a b c"]),
    ("best reference by F, first of equals", "abc", ["abd", "abe", "xbc"]),
    ("numbers keep their points", "It cost 1,000.50, not 3.5 or .5.", ["It cost 1.000,50; not 3,5, or 5."]),
    ("pairs are eaten in twos", "a..5 ,,,,5 5.,x 3...", ["a . .5 , , , ,5 5 . , x 3 . . ."]),
    ("hyphen after a digit", "the 60-day F-16 5-", ["the 60 -day F-16 5 -"]),
    ("entities, twice escaped", "&quot;a&quot; &amp;lt; &lt;skipped&gt; <skipped>b", ['"a" < <skipped> b']),
    ("a line broken at a hyphen", "cease-\nfire\n-x\nend-\n", ["ceasefire x end-"]),
    ("CRLF inside", "one\r\ntwo\rthree", ["one two three"]),
    ("possessives, the second tokenization", "I said it's, well, good.", ["I said it's, well, good."]),
    ("possessives at the end", "He's there. It's.", ["He's there. It's."]),
    ("apostrophe rules", "the 5's 's s' 's, dogs'", ["the 5 's 's s ' 's , dogs '"]),
    ("curly quotes, dashes", "“He’s” – said—so…", ['"He\'s" - said - so...']),
    (
        "zh: what Python compares",
        "一“二”→三\u2014四 U+20000:\U00020000",
        ["一 “ 二 ” → 三 \u2014 四 U+20000:\U00020000"],
    ),
    ("Chinese, points and digits", "今天是2026年1月31日。气温3.5度,", ["今天是 2026 年 1 月 31 日。 气温 3.5 度 ,"]),
    ("kana and full width", "ケーキを食べた!(美味しい)、。・", ["ケーキ を 食べた ! ( 美味しい ) 、 。 ・"]),
    ("combining marks and composed", "cafe\u0301 nai\u0308ve", ["café naïve"]),
    ("astral: emoji with joiners", "ok 👨‍👩‍👧 👍🏽!", ["ok 👨‍👩‍👧 👍!"]),
    ("bidirectional", "قال: \u200fنعم، 5%", ["قال : نعم ، 5 %"]),
    ("digits of other scripts", "١٬٢٣٤.٥ ५.५ ½.½", ["١٬٢٣٤ . ٥ ५ . ५ ½ . ½"]),
    ("capital sharp s, dotted I, final sigma", "STRAẞE İSTANBUL ΟΔΟΣ ΣΑΣ.", ["straße i̇stanbul οδος σας."]),
    ("letters that grow in lower case", "ȺȾ Kelvin K Å", ["ⱥⱦ kelvin k å"]),
    ("all kinds of white space", "a\u00a0b\u1680c\u2003d\u202fe\u205ff\u3000g\x85h\x1ci", ["a b c d e f g h i"]),
    ("more kinds of white space than letters", "ba b", [" \t\u3000\u2003\u2028\x85\x1c\x1d\x1e\u202fab b"]),
    ("no white space, zero width", "a\u200bb\ufeffc\u180ed", ["a b c d"]),
    ("NUL and controls", "a\x00b \x00 \x01", ["a b \x00"]),
    ("punctuation at both ends", '(hi) "a" ... - \'x', ['( hi ) " a " . . . - \' x']),
    ("a word that is one mark", ". , a .", ["a . , ."]),
    ("a block shift", "yesterday the president left the capital", ["the president left the capital yesterday"]),
    ("two shifts", "e f g h a b c d", ["a b c d e f g h"]),
    ("shift ties", "b a c a b", ["a b c b a"]),
    ("repeated words", "the the a the the b the", ["a the the b the the the"]),
    ("one word against many", "x", ["a b c d e f g h i x k l m n o p q r s t u v w y z 1 2 3 4 5"]),
    ("many words against one", " ".join("abcdefghijklmnopqrstuvwxyz"), ["z"]),
    (
        "longer than the beam, moved far",
        " ".join(f"w{k}" for k in [*range(30, 60), *range(30)]),
        [" ".join(f"w{k}" for k in range(60))],
    ),
    ("absurdly different lengths", "a b", [" ".join(f"r{k}" for k in range(130)) + " a b"]),
    ("tries a thousand shifts", "a b " * 30, ["b a " * 30]),
    (
        "from the seed, 001_9c63570fe49a1101",
        "the cease fire for 60 -days, said Mr. Whitkov on Sunday",
        ["The ceasefire for 60 days, Mr Witkoff said on Sunday."],
    ),
]


def main() -> None:
    """Counts every case under every setting."""
    lines = []
    for why, hypothesis, references in CASES:
        counted = {
            name: metric._extract_corpus_statistics([hypothesis], [[text] for text in references])[0]
            for name, metric in SETTINGS.items()
        }
        case = {"why": why, "hypothesis": hypothesis, "references": references, "statistics": counted}
        lines.append(json.dumps(case, ensure_ascii=True))
    origin = json.dumps({"origin": f"sacrebleu {sacrebleu.__version__}, tests/cases/metrics/make.py"})
    Path(__file__).with_name("golden.jsonl").write_text("\n".join([origin, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
