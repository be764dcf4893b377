"""German: closed classes, number words, relative date words."""

from types import MappingProxyType

from .table import Language, closed_classes, number_words, word_set

_CLOSED = closed_classes(
    neg="nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne",
    det="der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen diesem jener jene jenes",
    quant="alle allen aller alles einige mehrere viele vielen wenige wenig mehr meisten manche jeder jede jedes beide",
    aux="sein bin bist ist sind seid war waren gewesen haben habe hat hatte hatten habt werden wird wurde "
    "wurden worden "
    "würde würden kann können konnte konnten könnte muss müssen musste soll sollen sollte sollten will wollen wollte "
    "darf dürfen durfte mag mögen möchte hätte hätten wäre wären",
    pron="ich mich mir mein meine du dich dir dein deine er ihn ihm sein seine seinen seinem seiner seines sie "
    "ihr ihre "
    "ihren ihrem ihrer ihres es wir uns unser unsere euch euer man sich selbst jemand etwas",
    wh="wer wen wem wessen was welche welcher welches wo wann warum wie woher wohin",
    conj="und oder aber denn sondern dass daß ob weil wenn als obwohl während damit bevor nachdem sobald falls sowie",
    prep="in im ins an am ans auf aus bei beim mit nach von vom vor zu zum zur über unter zwischen durch für gegen um "
    "seit bis wegen trotz statt neben hinter außer gegenüber innerhalb außerhalb laut pro",
    adv="auch schon noch nur sehr so dann da hier doch wieder immer bereits",
)

GERMAN = Language(
    code="de",
    name="German",
    closed=_CLOSED,
    numbers=MappingProxyType(
        number_words("null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf")
        | {"zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80}
        | {"neunzig": 90, "hundert": 1e2, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "milliarde": 1e9}
        | {"milliarden": 1e9, "billion": 1e12, "billionen": 1e12, "dreissig": 30}
        | number_words("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn", start=13)
    ),
    number_parts=MappingProxyType({"ein": 1, "und": 0}),
    feminine=frozenset(),
    masculine=frozenset(),
    recent=("letzten", "letzter", "vergangenen", "nächsten", "kommenden"),
    date_glue=("den", "dem", "der"),
    clause=word_set("wo der die das und oder aber weil wenn dass als ein eine mit es er sie wir ist war sind"),
)
