"""English: closed classes after Quirk et al. 1985, number words, relative date words."""

from types import MappingProxyType

from .table import Language, closed_classes, number_words, opposite_words, word_set

_CLOSED = closed_classes(
    neg="not n't no never none nor neither nobody nothing nowhere cannot",
    det="the a an this that these those",
    quant="some any all both each every either few fewer many more most much several such enough less least little",
    aux="be am is are was were been being have has had having do does did done doing will would shall should can could "
    "may might must ought 'll 've 're 'd ain't",
    pron="i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself "
    "we us our ours ourselves they them their theirs themselves one ones oneself there everyone someone anyone "
    "everybody somebody anybody everything something anything",
    wh="who whom whose which what where when why how whoever whatever whichever wherever whenever however",
    conj="and or but if because although though while whereas unless until since than whether lest so yet once",
    prep="of in to for on at by with from about into over after under between out against during through before "
    "around among across behind towards toward upon within along following beyond plus except up off down above near "
    "despite per via amid amidst besides beneath beside below inside outside onto past throughout underneath unlike "
    "regarding concerning as like without unto till until alongside opposite due away back amongst round",
    adv="also then just only too very even still again already now here ever thus therefore ago almost quite "
    "rather yet instead soon later often always sometimes perhaps "
    "maybe however",
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

_OPPOSITES = (
    "more/less most/least many/few more/fewer most/fewest much/little before/after inside/outside within/outside "
    "with/without above/below over/under up/down into/from to/from always/never often/rarely often/seldom all/none "
    "everything/nothing everyone/nobody increase/decrease rise/fall gain/lose win/lose success/failure succeed/fail "
    "accept/reject accept/refuse allow/forbid allow/prohibit buy/sell import/export begin/end start/end start/stop "
    "open/close open/closed old/new old/young early/late big/small large/small high/low long/short near/far hot/cold "
    "warm/cold good/bad better/worse best/worst strong/weak rich/poor easy/difficult easy/hard fast/slow quick/slow "
    "right/wrong true/false safe/dangerous positive/negative public/private male/female man/woman men/women boy/girl "
    "north/south east/west northern/southern eastern/western left/right first/last past/future former/latter "
    "war/peace love/hate life/death live/die arrive/leave arrive/depart enter/leave give/take push/pull raise/lower "
    "victory/defeat friend/enemy ally/enemy day/night present/absent full/empty same/different maximum/minimum "
    "majority/minority major/minor internal/external domestic/foreign advantage/disadvantage support/oppose "
    "attack/defend attack/defence attack/defense include/exclude confirm/deny appear/disappear agree/disagree "
    "shooting/ceasefire fighting/ceasefire"
)

ENGLISH = Language(
    code="en",
    name="English",
    closed=_CLOSED,
    numbers=MappingProxyType(
        number_words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        )
        | _TENS
        | {"dozen": 12, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
        | {"hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12}
        | {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
        | {"ninth": 9, "tenth": 10, "half": 0.5}
    ),
    opposites=opposite_words(_OPPOSITES),
    subjects=word_set("i he she it we you they this that these those there"),
    feminine=word_set("she her hers herself"),
    masculine=word_set("he him his himself"),
    recent=("last", "next", "this", "past"),
    date_glue=("of", "the"),
    clause=word_set(
        "where who whom whose which that when while because although though and or but nor if as the a an is was are "
        "were has have had with it he she they we this these those there then from"
    ),
)
