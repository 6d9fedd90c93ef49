"""Words that do not tell one merchant from another, and spellings that mean the same."""

from typing import Final


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text that has one space between each two."""
    return frozenset(words.split())


MONTHS: Final = word_set("jan feb mar apr may jun jul aug sep sept oct nov dec")

REGIONS: Final = word_set(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny "
    "nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc ab bc mb nb nl ns nt nu on pe qc sk yt "
    "nsw vic qld act tas us usa can cdn gb gbr uk aus nz nzl deu fra fr esp es ita it nld bel be che "
    "ch aut at irl ie swe se nor dnk dk fin fi pol pl prt pt lux lu cze cz ind mex mx bra br zaf jpn "
    "jp sgp sg"
)
"""Codes of regions and countries: only the last words of a text are compared with them."""

CITIES: Final = word_set(
    "toronto montreal vancouver calgary edmonton ottawa winnipeg mississauga brampton hamilton "
    "scarborough etobicoke markham vaughan oakville burnaby surrey halifax quebec london manchester "
    "birmingham leeds glasgow edinburgh liverpool bristol cardiff belfast dublin seattle chicago "
    "houston boston denver atlanta dallas miami phoenix philadelphia minneapolis brooklyn portland "
    "sacramento austin nashville detroit baltimore berlin hamburg munchen muenchen munich koln koeln "
    "frankfurt stuttgart dusseldorf duesseldorf leipzig dresden hannover nurnberg wien zurich zuerich "
    "geneve genf basel bern paris lyon marseille toulouse nantes strasbourg lille bordeaux amsterdam "
    "rotterdam utrecht eindhoven bruxelles brussel brussels antwerpen madrid barcelona valencia "
    "sevilla milano roma torino napoli lisboa porto warszawa krakow praha budapest stockholm goteborg "
    "malmo oslo bergen kobenhavn copenhagen helsinki sydney melbourne brisbane perth adelaide "
    "auckland wellington mumbai delhi bangalore bengaluru chennai hyderabad singapore tokyo"
)
"""Large cities whose names are seldom a merchant's last word; two-word cities stay as they are."""

COUNTRIES: Final = word_set("canada deutschland ireland australia nederland espana italia schweiz")
"""Countries that chains print behind their names; behind a single word they are part of it: Air Canada."""

PLACES: Final = REGIONS | CITIES | COUNTRIES

BELONGING: Final = word_set("of the de di du des da do von zu real greater in at to city visit tourism my")
"""After one of these a city's name is part of the merchant's: Bank of Montreal."""

PROVINCES: Final = word_set("ontario canada alberta quebec manitoba saskatchewan bc nb ns")
"""After one of these numbers a company has no other name: 982846 Ontario Limited."""

SPELLINGS: Final = {
    "amzn": "amazon",
    "amz": "amazon",
    "facebk": "facebook",
    "ubr": "uber",
    "msft": "microsoft",
    "mcdonald": "mcdonalds",
    "sainsbury": "sainsburys",
    "mcd": "mcdonalds",
}
"""The first word of a text as some lines abbreviate it."""

JOINED: Final = {
    ("wal", "mart"): "walmart",
    ("7", "eleven"): "7eleven",
    ("seven", "eleven"): "7eleven",
    ("mc", "donalds"): "mcdonalds",
    ("no", "frills"): "nofrills",
    ("petro", "canada"): "petrocanada",
    ("petro", "can"): "petrocanada",
    ("face", "book"): "facebook",
    ("you", "tube"): "youtube",
    ("media", "markt"): "mediamarkt",
    ("auto", "zone"): "autozone",
    ("door", "dash"): "doordash",
    ("e", "transfer"): "etransfer",
    ("e", "bay"): "ebay",
    ("interac", "etransfer"): "etransfer",
    ("air", "bnb"): "airbnb",
    ("chick", "fila"): "chickfila",
    ("co", "op"): "coop",
    ("chick", "fil"): "chickfila",
    ("snap", "on"): "snapon",
    ("wm", "supercenter"): "walmart supercenter",
    ("pay", "pal"): "paypal",
}
"""Names that stand in statements both in one word and in two."""
OWN_WORDS: Final = {
    "amazon": word_set(
        "amazon pmts mktp mktpl mktplace marketplace retail eu uk us de fr es it ca bill com ww"
    ),
    "uber": word_set("trip trips pending bv technologies help"),
    "chickfila": word_set("a"),
    "zelle": word_set("payment transfer to from recurring scheduled"),
    "etransfer": word_set("to from sent received autodeposit interac"),
    "facebook": word_set("ads fbme meta"),
    "lyft": word_set("ride rides temp auth hold"),
}
"""What some merchants put behind their name in one line and not in the next."""

RESPELT: Final = frozenset({"the", *SPELLINGS, *OWN_WORDS, *(first for first, _ in JOINED)})
"""First words that may have another spelling or something of their own behind them."""
