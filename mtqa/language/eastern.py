"""Chinese, Japanese and Arabic: closed classes; number words for Arabic.

Chinese and Japanese are compared character by character, so that their closed classes hold single characters; those
count only where a rule asks for them, for most are parts of words, too. Their numerals are a system (`numerals.py`);
the table holds single ones.
"""

from types import MappingProxyType

from .numerals import CHINESE_DIGITS, CHINESE_SCALES
from .table import Language, closed_classes, number_words, word_set

_NUMERALS = MappingProxyType({**CHINESE_DIGITS, **CHINESE_SCALES})

CHINESE = Language(
    code="zh",
    name="Chinese",
    closed=closed_classes(
        neg="不 没 無 无 未 非 莫 勿 别 沒",
        det="这 那 這 该 該 此 其",
        quant="每 各 些 多 少 都 皆 全",
        aux="是 会 會 能 可 应 應 要 将 將 被 把 让 讓 使 着 著 了 过 過",
        pron="我 你 您 他 她 它 们 們 自 己 咱",
        wh="谁 誰 哪 何 什 么 麼 几 幾 怎",
        conj="和 与 與 及 或 而 但 且 若 如 因 虽 雖 则 則",
        prep="在 从 從 对 對 向 往 于 於 由 以 为 為 给 給 跟 比 按 到 自 至",
        adv="也 还 還 又 再 就 才 只 很 更 最 已 便 即 的 地 得 之 所 吗 嗎 呢 吧 啊",
    ),
    numbers=_NUMERALS,
    feminine=frozenset({"她"}),
    masculine=frozenset({"他"}),
    recent=("上", "下"),
    spaced=False,
)
JAPANESE = Language(
    code="ja",
    name="Japanese",
    closed=closed_classes(
        neg="無 非 未 不",
        det="此 其",
        pron="私 僕 俺 彼",
        conj="又 及",
        aux="だ",
        prep="は が を に で と の へ も や",
    ),
    numbers=_NUMERALS,
    denial=r"ません|なかっ|な(?:い|く|けれ)|ず(?=に|、|。|$)|ぬ(?=、|。|$)",
    spaced=False,
)
ARABIC = Language(
    code="ar",
    name="Arabic",
    closed=closed_classes(
        neg="لا لم لن ليس ليست ما غير بدون دون لست",
        det="هذا هذه ذلك تلك هؤلاء أولئك",
        quant="كل جميع بعض معظم كثير أكثر أقل عدة كلا",
        aux="كان كانت كانوا يكون تكون قد سوف يمكن يجب أصبح",
        pron="أنا نحن أنت أنتم هو هي هم هن إنه إنها أنه أنها له لها لهم به بها بهم منه منها فيه فيها عليه عليها إليه",
        wh="من ماذا الذي التي الذين اللذان أين متى كيف لماذا حيث عندما كم",
        conj="و أو لكن ولكن بل إذا لأن أن إن ثم بينما كما حتى لكي",
        prep="في إلى على عن مع بين تحت فوق قبل بعد خلال منذ حول ضد عند لدى أمام وراء نحو ضمن بسبب",
        adv="أيضا أيضاً فقط جدا جداً هنا هناك الآن دائما فقد ربما",
    ),
    numbers=MappingProxyType(
        number_words(
            "صفر واحد/واحدة اثنان/اثنين/اثنتان/اثنتين ثلاثة/ثلاث أربعة/أربع "
            "خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني تسعة/تسع "
            "عشرة/عشر"
        )
        | {"عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "أربعون": 40, "أربعين": 40, "خمسون": 50, "خمسين": 50}
        | {"ستون": 60, "ستين": 60, "سبعون": 70, "سبعين": 70, "ثمانون": 80, "ثمانين": 80, "تسعون": 90, "تسعين": 90}
        | {
            f"{unit}{hundred}": 100.0 * n
            for n, unit in enumerate(("ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"), 3)
            for hundred in ("مائة", "مئة")
        }
        | {"مائة": 1e2, "مئة": 1e2, "مئات": 1e2, "مائتين": 200, "ألف": 1e3, "آلاف": 1e3, "ألفين": 2e3}
        | {"مليون": 1e6, "ملايين": 1e6, "مليونا": 1e6, "مليار": 1e9, "مليارات": 1e9, "الأول": 1, "الأولى": 1}
        | {"الثاني": 2, "الثانية": 2, "الثالث": 3, "الثالثة": 3, "الرابع": 4, "الرابعة": 4, "الخامس": 5, "الخامسة": 5}
    ),
    feminine=word_set("هي إنها أنها لها بها منها فيها عليها"),
    masculine=word_set("هو إنه أنه له به منه فيه عليه إليه"),
    persons="يتنأ",
    clause=word_set("حيث الذي التي الذين أن إن و أو لكن هو هي هم"),
)
