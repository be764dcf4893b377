"""Russian, Ukrainian, Czech and Polish: closed classes, number words, relative date words.

No articles stand here because there are none; auxiliaries are the forms of "to be" and the modal verbs.
"""

from types import MappingProxyType

from .table import Language, closed_classes, number_words, word_set

RUSSIAN = Language(
    code="ru",
    name="Russian",
    closed=closed_classes(
        neg="не ни нет без никогда никто ничто ничего никого нигде никак нельзя никакой",
        det="этот эта это эти этого этой этих этому этим том тот та те того той тех тому такой такая такие",
        quant="все всех всё весь вся всего много мало несколько некоторые "
        "каждый каждая каждое любой более менее больше "
        "меньше оба обе многие",
        aux="быть был была было были будет будут буду есть является "
        "являются может могут мог могла могли можно должен "
        "должна должны нужно надо стал стала стали",
        pron="я меня мне мной мы нас нам нами ты тебя тебе вы вас вам "
        "вами он его ему им нём нем она её ее ей оно они их "
        "ними него неё нее ней них себя себе мой моя мои наш наша наши ваш ваша свой своя своё свои своего своей "
        "своих "
        "кто-то что-то",
        wh="кто кого кому что чего чему который которая которое которые "
        "которого которой которых где когда как почему "
        "куда зачем сколько чем",
        conj="и а но или да если чтобы хотя потому поэтому либо также пока",
        prep="в во на с со к ко у о об обо по за из от до для при над "
        "под про через между перед после около среди против "
        "вокруг из-за",
        adv="уже ещё еще только даже тоже так там тут здесь теперь тогда очень всегда лишь же ли бы вот",
    ),
    numbers=MappingProxyType(
        number_words(
            "ноль один/одна/одно/одного/одной два/две/двух/двум три/трёх/трех четыре/четырёх/четырех пять/пяти "
            "шесть/шести семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать двенадцать тринадцать "
            "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать/двадцати"
        )
        | {"двумя": 2, "тремя": 3, "трём": 3, "трем": 3, "четырьмя": 4, "четырём": 4, "четырем": 4}
        | {"пятью": 5, "шестью": 6, "восемью": 8, "девятью": 9, "десятью": 10}  # семью is a family, too
        | {"двое": 2, "трое": 3, "тридцать": 30, "тридцати": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60}
        | {"семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 1e2, "двести": 200, "триста": 300}
        | {"четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900}
        | {"тысяча": 1e3, "тысячи": 1e3, "тысяч": 1e3, "тысячу": 1e3, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6}
        | {"миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "триллион": 1e12, "триллионов": 1e12, "сотни": 1e2}
        | {"первый": 1, "первая": 1, "первого": 1, "первой": 1, "первом": 1, "второй": 2, "вторая": 2, "второго": 2}
        | {"третий": 3, "третьей": 3, "третьего": 3, "четвёртый": 4, "четвертый": 4, "пятый": 5, "половина": 0.5}
    ),
    feminine=word_set("она её ее ей ней неё нее"),
    masculine=word_set("он него ему нему нём"),
    recent=("прошлый", "прошлую", "прошлое", "следующий", "следующую", "минувший"),
    clause=word_set("где кто который которая которые что чтобы если и а но или он она они это"),
)
UKRAINIAN = Language(
    code="uk",
    name="Ukrainian",
    closed=closed_classes(
        neg="не ні ані немає без ніколи ніхто ніщо нічого нікого ніде ніяк жоден",
        det="цей ця це ці цього цієї цих цьому той та ті того тієї тих тому такий така такі",
        quant="всі всіх усі усіх весь вся все всього багато мало кілька "
        "декілька деякі кожен кожна кожне будь-який більше "
        "менше обидва",
        aux="бути був була було були буде будуть є являється може "
        "можуть міг могла могли можна повинен повинна повинні "
        "треба став стала стали",
        pron="я мене мені ми нас нам нами ти тебе тобі ви вас вам "
        "він його йому вона її їй воно вони їх їм ними нього "
        "неї них себе собі мій моя мої наш наша наші ваш свій своя своє свої свого своєї своїх",
        wh="хто кого кому що чого чому який яка яке які якого якої яких де коли як куди навіщо скільки",
        conj="і й та а але або якщо щоб хоча бо тому проте поки",
        prep="в у на з із зі до від для при над під про через між перед після біля серед проти навколо за по о об",
        adv="вже ще тільки лише навіть також так там тут тепер тоді дуже завжди же чи би б от",
    ),
    numbers=MappingProxyType(
        number_words(
            "нуль один/одна/одне/одного два/дві/двох три/трьох чотири/чотирьох п'ять/п'яти шість/шести сім/семи "
            "вісім/восьми "
            "дев'ять/дев'яти десять/десяти одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять "
            "сімнадцять вісімнадцять дев'ятнадцять двадцять"
        )
        | {"двома": 2, "двом": 2, "трьома": 3, "трьом": 3, "чотирма": 4, "чотирьом": 4, "п'ятьох": 5, "п'ятьма": 5}
        | {"шістьох": 6, "сімох": 7, "вісьмох": 8, "дев'ятьох": 9, "десятьох": 10}
        | {"тридцять": 30, "сорок": 40, "п'ятдесят": 50, "шістдесят": 60, "сімдесят": 70, "вісімдесят": 80}
        | {"дев'яносто": 90, "сто": 1e2, "двісті": 200, "триста": 300, "тисяча": 1e3, "тисячі": 1e3, "тисяч": 1e3}
        | {"чотириста": 400, "п'ятсот": 500, "шістсот": 600, "сімсот": 700, "вісімсот": 800, "дев'ятсот": 900}
        | {"мільйон": 1e6, "мільйона": 1e6, "мільйонів": 1e6, "мільярд": 1e9, "мільярда": 1e9, "мільярдів": 1e9}
        | {"перший": 1, "перша": 1, "першого": 1, "другий": 2, "друга": 2, "третій": 3, "третя": 3}
    ),
    feminine=word_set("вона її їй неї"),
    masculine=word_set("він йому нього ньому"),
    recent=("минулого", "минулої", "наступного", "наступної"),
    clause=word_set("де хто який яка які що щоб якщо і та а але або він вона вони це"),
)
CZECH = Language(
    code="cs",
    name="Czech",
    closed=closed_classes(
        neg="ne není nejsou nebyl nebyla nebylo nebyli nebude nebudou nemá nemají nemůže nikdy nikdo nic nikde žádný "
        "žádná žádné ani bez",
        det="ten ta to ti ty tento tato toto tyto těchto této tohoto tím tom tomu takový taková",
        quant="všechny všech všichni vše celý celá mnoho málo několik "
        "některé každý každá každé více méně většina oba obě",
        aux="být je jsou byl byla bylo byli byly bude budou jsem jsme "
        "jsi jste by byste bychom může mohou mohl mohla má "
        "mají musí měl měla chce",
        pron="já mě mně my nás nám ty tě tobě vy vás vám on jeho ho "
        "mu jemu ona její ji jí ono oni jejich je jim se si "
        "sebe můj moje náš naše váš svůj svou své svého",
        wh="kdo koho komu co čeho který která které kteří jehož jejíž kde kdy jak proč kam kolik což",
        conj="a i ale nebo že aby když pokud protože ačkoli zatímco však tedy",
        prep="v ve na s se z ze k ke o u do od pro při nad pod přes mezi před po za podle kolem proti bez kvůli během",
        adv="už již ještě jen pouze také tak tam tady teď pak velmi vždy",
    ),
    numbers=MappingProxyType(
        number_words(
            "nula jeden/jedna/jedno dva/dvě tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct "
            "patnáct šestnáct sedmnáct osmnáct devatenáct dvacet"
        )
        | {"dvěma": 2, "třem": 3, "třemi": 3, "třech": 3, "čtyřem": 4, "čtyřmi": 4, "čtyřech": 4, "pěti": 5, "šesti": 6}
        | {"sedmi": 7, "osmi": 8, "devíti": 9, "deseti": 10, "dvaceti": 20}
        | {"třicet": 30, "čtyřicet": 40, "padesát": 50, "šedesát": 60, "sedmdesát": 70, "osmdesát": 80, "devadesát": 90}
        | {"sto": 1e2, "set": 1e2, "sta": 1e2, "tisíc": 1e3, "tisíce": 1e3, "milion": 1e6, "miliony": 1e6}
        | {"milionu": 1e6, "milionů": 1e6, "miliarda": 1e9, "miliardy": 1e9, "miliard": 1e9}
        | {"první": 1, "druhý": 2, "druhá": 2, "třetí": 3, "dvou": 2, "tří": 3, "čtyř": 4}
    ),
    feminine=word_set("ona její ji jí"),
    masculine=word_set("on jeho ho mu jemu"),
    recent=("minulý", "minulou", "minulé", "příští"),
    negates="ne",
    clause=word_set("kde kdo který která které že aby když a ale nebo on ona oni je"),
)
POLISH = Language(
    code="pl",
    name="Polish",
    closed=closed_classes(
        neg="nie bez ani nigdy nikt nic niczego nikogo nigdzie żaden żadna żadne",
        det="ten ta to ci te tego tej tych temu tym tamten taki taka takie",
        quant="wszystkie wszyscy wszystkich wszystko cały cała wiele "
        "mało kilka niektóre każdy każda każde więcej mniej "
        "większość oba obie",
        aux="być jest są był była było byli były będzie będą jestem może mogą mógł mogła można musi powinien powinna "
        "został została zostało zostali zostały ma mają miał",
        pron="ja mnie mi my nas nam ty ciebie ci cię wy was wam on jego go jemu mu ona jej ją ono oni ich im one się "
        "siebie sobie mój moja nasz nasza swój swoja swoje swojego",
        wh="kto kogo komu co czego który która które którzy którego której których gdzie kiedy jak dlaczego dokąd ile",
        conj="i a ale lub albo że żeby aby jeśli gdy ponieważ bo chociaż oraz więc",
        prep="w we na z ze do od o u dla przy nad pod przez między przed po za według wokół przeciw podczas ku",
        adv="już jeszcze tylko także też tak tam tu teraz wtedy bardzo zawsze czy by",
    ),
    numbers=MappingProxyType(
        number_words(
            "zero jeden/jedna/jedno dwa/dwie/dwóch trzy/trzech cztery/czterech "
            "pięć/pięciu sześć/sześciu siedem osiem "
            "dziewięć dziesięć jedenaście dwanaście trzynaście czternaście "
            "piętnaście szesnaście siedemnaście osiemnaście "
            "dziewiętnaście dwadzieścia"
        )
        | {"dwoma": 2, "dwóm": 2, "dwom": 2, "trzema": 3, "trzem": 3, "czterema": 4, "czterem": 4, "pięcioma": 5}
        | {"sześcioma": 6, "siedmiu": 7, "ośmiu": 8, "dziewięciu": 9, "dziesięciu": 10, "dwudziestu": 20}
        | {"trzydzieści": 30, "czterdzieści": 40, "pięćdziesiąt": 50, "sześćdziesiąt": 60, "siedemdziesiąt": 70}
        | {"osiemdziesiąt": 80, "dziewięćdziesiąt": 90, "sto": 1e2, "dwieście": 200, "trzysta": 300, "tysiąc": 1e3}
        | {"czterysta": 400, "pięćset": 500, "sześćset": 600, "siedemset": 700, "osiemset": 800, "dziewięćset": 900}
        | {"tysiące": 1e3, "tysięcy": 1e3, "milion": 1e6, "miliony": 1e6, "miliona": 1e6, "milionów": 1e6}
        | {"miliard": 1e9, "miliardy": 1e9, "miliarda": 1e9, "miliardów": 1e9}
        | {"pierwszy": 1, "pierwsza": 1, "pierwszego": 1, "drugi": 2, "druga": 2, "trzeci": 3, "trzecia": 3}
    ),
    feminine=word_set("ona jej ją"),
    masculine=word_set("on jego go jemu mu"),
    recent=("zeszły", "zeszłą", "ubiegły", "następny", "następną", "przyszły"),
    clause=word_set("gdzie kto który która które że żeby gdy i a ale lub on ona oni jest"),
)
