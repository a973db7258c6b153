"""Words that say nothing about who is meant, because everybody uses them."""

from __future__ import annotations

STOP_WORDS = frozenset(
    "a about also am an and any are as at be been being but by can could did do does "
    "for from had has have he her his how i if in into is it its itself just may me "
    "might more most must my of on or other our own shall she should so some such than "
    "that the their them then there these they this those to too under upon us very "
    "was we were what when where whether which while who whose why will with would you "
    "your".split()
)
"""Function words, which do not tell two texts apart."""

COMMON_WORDS = STOP_WORDS | frozenset(
    (
        "across after again against all along already although always among another "
        "around away back because before behind below between both cannot down "
        "during each either else enough even ever every few first further he here "
        "him however last later least less many much neither never new next no none "
        "nor not nothing now off often old once one only onto otherwise out over "
        "per perhaps rather same several since still though three through thus "
        "together two until up whatever within without yes yet "
        # words of this field
        "administrator advice assurance asset assets association authority "
        "automation citizens committee council department household households "
        "ombudsman partnership pilot regulator secretary state website "
        "accepted access account action agree agreed agreement amended amendment "
        "answer appendix applies apply approach approval balance bill british "
        "business capacity carbon central change changes charge charges choice "
        "clause clear code comment commercial common communications company "
        "condition conditions connect connected connection consultation consumer "
        "consumers contract control core cost costs customer customers data date "
        "day days decision demand design development device devices digital direct "
        "disagree document draft duty effective efficiency electric electricity "
        "energy engineer equipment evidence exchange fair final flexible flow "
        "future gas general generation global good green grid group guidance heat "
        "home homes hub impact independent industry information interest letter "
        "licence licensed light limited line link list local main major manage "
        "managed management market measure meter metering meters model national "
        "network networks notice office open operation operator option order "
        "outcome panel part party period permit plan point policy position power "
        "process product programme project proposal proposed provider public "
        "question radio reason record reform register regulation release report "
        "request requirement requirements respondent response review risk rule "
        "rules safe scheme secure security service services share simple site small "
        "smart solar spark standard start stated storage subject summary supplier "
        "suppliers supply support switch system systems table target tariff team "
        "technical technology term test testing text time total transition trust "
        "union unit update use user users utility value version view vision vital "
        "water wind work year years"
    ).split()
)
"""Function words, and common words of consultations about energy and networks."""

SECTOR_WORDS = frozenset(
    "asset assets business communications connections consultancy consulting "
    "customers data distribution electric electricity energy gas generation heat "
    "management markets meter metering meters network networks operations power "
    "renewables retail sales service services solutions storage supplies supply "
    "systems technologies technology telecom telecoms trading transmission utilities "
    "utility water".split()
)
"""Words that follow the distinctive words of a name: `Zork Energy Retail`."""

PLACE_WORDS = frozenset(
    "britain british cymru east eastern england english europe european gb great "
    "international ireland irish london midlands national ni north northeast northern "
    "northwest scotland scottish south southeast southern southwest uk wales welsh "
    "west western yorkshire".split()
)
"""Words for a part of the country, which many names have."""

FIELD_ACRONYMS = frozenset(
    "amr ch csp dno dsp esme gbcs gpf gsme han hcalcs idno ihd mop mpan ppmid sms "
    "wan".split()
)
"""Acronyms of metering that texts use as words, not as names."""


def is_common_word(word: str) -> bool:
    """True for a folded word that says nothing about who is meant."""
    return (
        len(word) == 1
        or word in COMMON_WORDS
        or word in SECTOR_WORDS
        or word in PLACE_WORDS
    )
