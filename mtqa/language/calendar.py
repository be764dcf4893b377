"""Names of months and weekdays (CLDR, through babel), for every language that CLDR has."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

__all__ = ["month_names", "weekday_names"]

# Forms that CLDR does not list: cases of Slavic months and weekdays, and what English news texts abbreviate.
_MORE_MONTHS: Mapping[str, str] = {
    "en": "sept/9",
    "ru": "январе/1 феврале/2 марте/3 апреле/4 мае/5 июне/6 июле/7 августе/8 сентябре/9 октябре/10 ноябре/11 "
    "декабре/12",
    "uk": "січні/1 лютому/2 березні/3 квітні/4 травні/5 червні/6 липні/7 серпні/8 вересні/9 жовтні/10 "
    "листопаді/11 грудні/12",
    "pl": "styczniu/1 lutym/2 marcu/3 kwietniu/4 maju/5 czerwcu/6 lipcu/7 sierpniu/8 wrześniu/9 październiku/10 "
    "listopadzie/11 grudniu/12",
    "cs": "lednu/1 únoru/2 březnu/3 dubnu/4 květnu/5 červnu/6 červenci/7 srpnu/8 září/9 říjnu/10 listopadu/11 "
    "prosinci/12",
}
_MORE_WEEKDAYS: Mapping[str, str] = {
    "zh": "周一/0 周二/1 周三/2 周四/3 周五/4 周六/5 周日/6 星期天/6 礼拜一/0 礼拜二/1 礼拜三/2 "
    "礼拜四/3 礼拜五/4 礼拜六/5",
    "ru": "среду/2 пятницу/4 субботу/5 понедельника/0 вторника/1 среды/2 четверга/3 пятницы/4 субботы/5 воскресенья/6",
    "uk": "середу/2 п'ятницю/4 суботу/5 неділю/6 понеділка/0 вівторка/1 середи/2 четверга/3 суботи/5 неділі/6",
    "pl": "środę/2 sobotę/5 niedzielę/6 poniedziałku/0 wtorku/1 środy/2 czwartku/3 piątku/4 soboty/5 niedzieli/6",
    "cs": "středu/2 sobotu/5 neděli/6 pondělka/0 úterka/1 středy/2 čtvrtka/3 pátku/4 soboty/5 neděle/6",
    "de": "montags/0 dienstags/1 mittwochs/2 donnerstags/3 freitags/4 samstags/5 sonnabend/5 sonntags/6",
    "en": "mondays/0 tuesdays/1 wednesdays/2 thursdays/3 fridays/4 saturdays/5 sundays/6",
}


@cache
def month_names(code: str) -> Mapping[str, int]:
    """Name in lower case → month 1..12; whole names and abbreviations of three letters or more; empty if unknown."""
    return MappingProxyType(_names(code, "months", _MORE_MONTHS))


@cache
def weekday_names(code: str) -> Mapping[str, int]:
    """Name in lower case → weekday 0 (Monday) .. 6; whole names only; empty where CLDR has no such language."""
    return MappingProxyType(_names(code, "days", _MORE_WEEKDAYS))


def _names(code: str, kind: str, more: Mapping[str, str]) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        table = getattr(Locale.parse(code), kind)
    except (UnknownLocaleError, ValueError):
        return {}
    widths = ("wide", "abbreviated") if kind == "months" else ("wide",)
    found = {}
    for form in ("format", "stand-alone"):
        for width in widths:
            for number, name in table[form][width].items():
                bare = name.rstrip(".").lower()
                if not bare.isdigit() and not bare[0].isdigit() and (len(bare) > 2 or not bare.isascii()):
                    found[bare] = int(number)
    for pair in more.get(code, "").split():
        name, number = pair.split("/")
        found[name] = int(number)
    return found
