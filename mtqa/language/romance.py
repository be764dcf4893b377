"""French, Spanish, Portuguese and Italian: closed classes, number words, relative date words."""

from types import MappingProxyType

from .table import Language, closed_classes, number_words, word_set


def _hundreds(stems: str) -> dict[str, float]:
    """The hundreds from 200 on, of either gender (doscientos, doscientas)."""
    return {f"{stem}{end}": 100.0 * n for n, stem in enumerate(stems.split(), 2) for end in ("os", "as")}


FRENCH = Language(
    code="fr",
    name="French",
    closed=closed_classes(
        neg="pas jamais rien aucun aucune ni sans personne",
        det="le la les l' l’ un une des ce cet cette ces",
        quant="tout toute tous toutes plusieurs quelques chaque beaucoup peu plus moins",
        aux="être est sont était étaient été suis es sommes êtes sera seront serait avoir ai as a avons avez ont avait "
        "avaient eu aura auront aurait peut peuvent pouvait doit doivent devait va vont",
        pron="je j' j’ me m' m’ moi mon ma mes tu te t' t’ toi ton ta tes il elle on se s' s’ soi son sa ses "
        "nous notre "
        "nos vous votre vos ils elles eux leur leurs lui y en c' c’ cela ça celui celle ceux",
        wh="qui que qu' qu’ quoi dont où quand comment pourquoi quel quelle quels quelles",
        conj="et ou mais donc or car si comme lorsque puisque",
        prep="de d' d’ du à au aux dans par pour en sur avec sous entre vers chez contre depuis pendant avant "
        "après dès",
        adv="ne n' n’ aussi très bien encore déjà ici là alors",
    ),
    numbers=MappingProxyType(
        number_words("zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze")
        | {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 1e2, "mille": 1e3}
        | {"million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9, "cents": 1e2, "vingts": 20}
        | {"treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "septante": 70, "huitante": 80, "nonante": 90}
    ),
    feminine=frozenset({"elle", "elles"}),
    masculine=frozenset({"il", "ils"}),
    recent=("dernier", "prochain"),
    date_glue=("le",),
    clause=word_set("qui que où dont et ou mais le la les un une des il elle est avec"),
    elides=True,
)
SPANISH = Language(
    code="es",
    name="Spanish",
    closed=closed_classes(
        neg="no nunca jamás nada nadie ningún ninguno ninguna ni sin tampoco",
        det="el la los las un una unos unas este esta estos estas ese esa esos esas aquel aquella",
        quant="todo toda todos todas varios varias algunos algunas cada mucho muchos poco pocos más menos",
        aux="ser es son era eran fue fueron sido sea estar está están estaba estaban haber ha han había habían "
        "he hemos "
        "puede pueden podía debe deben debía será serán sería va van",
        pron="yo me mí mi mis tú te ti tu tus él ella ello se sí su sus nos nosotros nuestro nuestra ustedes "
        "ellos ellas "
        "le les lo",
        wh="que qué quien quién quienes cual cuál cuales donde dónde cuando cuándo como cómo cuyo cuya",
        conj="y e o u pero sino si porque aunque pues mientras",
        prep="de del a al en por para con sin sobre entre hacia hasta desde contra durante ante bajo según tras",
        adv="también muy ya aún aquí allí así",
    ),
    numbers=MappingProxyType(
        number_words("cero uno/un/una dos tres cuatro cinco seis siete ocho nueve diez once doce")
        | {"veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "cien": 1e2, "mil": 1e3}
        | {"millón": 1e6, "millones": 1e6, "ciento": 1e2, "setenta": 70, "ochenta": 80, "noventa": 90}
        | number_words("trece catorce quince dieciséis diecisiete dieciocho diecinueve", start=13)
        | number_words(
            "veintiuno/veintiún/veintiuna veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
            "veintiocho veintinueve",
            start=21,
        )
        | _hundreds("doscient trescient cuatrocient quinient seiscient setecient ochocient novecient")
    ),
    feminine=frozenset({"ella", "ellas"}),
    masculine=frozenset({"él", "ellos"}),
    recent=("pasado", "próximo", "último"),
    date_glue=("de", "del", "el"),
    clause=word_set("que quien donde y o pero el la los las un una es con"),
)
PORTUGUESE = Language(
    code="pt",
    name="Portuguese",
    closed=closed_classes(
        neg="não nunca jamais nada ninguém nenhum nenhuma nem sem",
        det="o a os as um uma uns umas este esta estes estas esse essa esses essas aquele aquela isto isso",
        quant="todo toda todos todas vários várias alguns algumas cada muito muitos pouco poucos mais menos",
        aux="ser é são era eram foi foram sido seja estar está estão estava estavam ter tem têm tinha tinham há pode "
        "podem podia deve devem será serão seria vai vão",
        pron="eu me mim meu minha tu te você vocês ele ela se si seu sua seus suas nós nos nosso nossa eles elas lhe",
        wh="que quem qual quais onde quando como cujo cuja",
        conj="e ou mas porém se porque embora pois enquanto",
        prep="de do da dos das em no na nos nas por pelo pela para com sobre entre até desde contra durante sob "
        "ao aos à",
        adv="também muito já ainda aqui ali assim",
    ),
    numbers=MappingProxyType(
        number_words("zero um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze")
        | {"vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "cem": 1e2, "mil": 1e3}
        | {"milhão": 1e6, "milhões": 1e6, "bilhão": 1e9, "bilhões": 1e9, "cento": 1e2}
        | {"setenta": 70, "oitenta": 80, "noventa": 90}
        | number_words(
            "treze catorze/quatorze quinze dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove", start=13
        )
        | _hundreds("duzent trezent quatrocent quinhent seiscent setecent oitocent novecent")
    ),
    feminine=frozenset({"ela", "elas"}),
    masculine=frozenset({"ele", "eles"}),
    recent=("passado", "passada", "próximo", "próxima", "último", "última"),
    date_glue=("de", "do"),
    clause=word_set("que quem onde e ou mas o a os as um uma é com"),
)
ITALIAN = Language(
    code="it",
    name="Italian",
    closed=closed_classes(
        neg="non mai nulla niente nessuno nessuna né senza",
        det="il lo la i gli le l' l’ un uno una un' un’ questo questa questi queste quel quello quella quei",
        quant="tutto tutta tutti tutte alcuni alcune ogni molto molti poco pochi più meno",
        aux="essere è sono era erano stato stata fu furono sia avere ha hanno aveva avevano ho abbiamo può possono "
        "deve devono sarà saranno sarebbe va vanno",
        pron="io mi me mio mia tu ti te tuo lui lei egli ella esso si sé suo sua suoi sue noi ci nostro voi vi loro ne",
        wh="che chi quale quali dove quando come cui perché",
        conj="e ed o ma però se anche mentre poiché",
        prep="di del dello della dei degli delle dell' dell’ a al allo alla ai agli alle all' all’ da dal dalla dai in "
        "nel nella nei nelle nell' con su sul sulla per tra fra contro durante verso",
        adv="anche molto già ancora qui così",
    ),
    numbers=MappingProxyType(
        number_words("zero uno/un/una due tre quattro cinque sei sette otto nove dieci undici dodici")
        | {"venti": 20, "trenta": 30, "quaranta": 40, "cinquanta": 50, "sessanta": 60, "cento": 1e2, "mille": 1e3}
        | {"milione": 1e6, "milioni": 1e6, "miliardo": 1e9, "miliardi": 1e9}
        | {"settanta": 70, "ottanta": 80, "novanta": 90}
        | number_words("tredici quattordici quindici sedici diciassette diciotto diciannove", start=13)
    ),
    number_parts=MappingProxyType(
        {"mila": 1e3, "tré": 3, "vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessant": 60, "settant": 70}
        | {"ottant": 80, "novant": 90}
    ),
    feminine=frozenset({"lei", "ella"}),
    masculine=frozenset({"lui", "egli"}),
    recent=("scorso", "scorsa", "prossimo", "prossima"),
    date_glue=(),
    clause=word_set("che chi dove e o ma il la i le un una è con"),
    elides=True,
)
