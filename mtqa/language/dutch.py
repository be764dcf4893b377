"""Dutch: closed classes, number words, relative date words."""

from types import MappingProxyType

from .table import Language, closed_classes, number_words, word_set

DUTCH = Language(
    code="nl",
    name="Dutch",
    closed=closed_classes(
        neg="niet geen nooit niemand niets nergens noch zonder",
        det="de het een dit dat deze die",
        quant="alle alles sommige enkele veel weinig meer meest elke elk ieder iedere beide",
        aux="zijn ben bent is was waren geweest hebben heb hebt heeft had hadden worden wordt werd werden kan "
        "kunnen kon "
        "konden moet moeten moest zal zullen zou zouden wil willen wilde mag mogen",
        pron="ik mij me mijn jij je jou jouw u uw hij hem zij ze haar wij we ons onze jullie hun zich zelf men",
        wh="wie wat welke waar wanneer waarom hoe wiens",
        conj="en of maar want omdat als hoewel terwijl zodat indien toen",
        prep="van in op aan met voor door bij uit naar over onder tussen tegen om sinds tot na te zonder volgens per",
        adv="ook al nog zeer dan hier daar er toch weer",
    ),
    numbers=MappingProxyType(
        number_words("nul één twee drie vier vijf zes zeven acht negen tien elf twaalf")
        | {"twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "honderd": 1e2, "duizend": 1e3, "miljoen": 1e6}
        | {"miljard": 1e9, "zestig": 60, "zeventig": 70, "tachtig": 80, "negentig": 90}
        | number_words("dertien veertien vijftien zestien zeventien achttien negentien", start=13)
    ),
    number_parts=MappingProxyType({"een": 1, "en": 0, "ën": 0}),
    feminine=frozenset({"zij", "haar"}),
    masculine=frozenset({"hij", "hem"}),
    recent=("vorige", "afgelopen", "volgende", "komende"),
    date_glue=(),
    clause=word_set("die dat wie waar en of maar de het een is met"),
)
