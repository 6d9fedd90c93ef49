"""What banks, terminals and payment processors print around a merchant's name."""

import re
from typing import Final

from mlmodels.domain.text.merchant_words import word_set

# Every pattern reads folded text: lower case, without accents, apostrophes or underscores.


# --- behind ---

# From here on nothing names the merchant: references, mandates, rates, the other side's bank.
TAIL = re.compile(
    r",\s?\d+[.,]\d\d [a-z]{3}\b|\b(?:eref|kref|mref|cred|debt|svwz|abwa|abwe|iban|bic)\+|\b(?:des|indn|sec):"
    r"|\b(?:ppd|web|tel|ccd|arc|co|txn|trn) ?id\b|\b(?:id|nr|ref|iban|bic|mandate|trace|auth|mandat|date):"
    r"|\bref(?:erence)?(?:[.#]| \S*\d)|\breference\b(?= .*,)|\bmandate (?:no|nr|ref|id)\b|\bvalue date\b"
    r"|\b(?:foreign|non-sterling) (?:currency|transaction) fee|\bexchange rate\b|,?\brate \d|,\s?pas ?\d|//"
    r"|\bauthori[sz]ed on\b|\bsagt danke\b|\bkfn \d|\bfolgenr|\bpasnr|\btransactie\b"
)
TAIL_WORDS: Final = word_set(
    "eref kref mref cred debt svwz abwa abwe iban bic des indn sec ppd web tel ccd arc co txn trn id "
    "nr ref reference mandate mandat trace auth date value foreign exchange rate pas authorized "
    "authorised sagt kfn folgenr pasnr transactie non"
)
"""Without one of these, or a sign, the pattern above cannot match."""

# --- in the middle ---

NUMBERED = re.compile(
    # A card, with what hides most of its number.
    r"\b(?:card|carte|carta|karte|kaart|kort|tarj|tarjeta|cartao|cb|visa|pas)(?: (?:no|nr|ending|ending in))?"
    r"[\s.:#*-]{0,4}[x*]{0,16}\d{3,}\w*"
    # A store: kept as a number, because what follows it is a place.
    r"|(?P<store>#\s?\w{0,9}\d\w*|(?<!ups )(?<!dollar )(?<!& )(?<!and )\b(?:stores?|shop|branch|"
    r"filiale?|fil|tienda|magasin|mag|loja|butik|sklep|unit|no|nr|nbr|st|site)\b[\s.#:-]{0,4}(?:\d{2,}|\d\b)"
    r"|\b[^\W\d_]-\d{3,})"
    # Money, the clock, a day.
    r"|\b(?:eur|usd|gbp|cad|aud|nzd|chf|sek|nok|dkk|pln|inr|jpy|brl|mxn|zar|rs)\s?\d[\d.,]{0,14}"
    r"|\b\d[\d.,]{0,14}\s?(?:eur|usd|gbp|cad|aud|nzd|chf|sek|nok|dkk|pln|inr|jpy|brl|mxn|zar)\b"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)\b|\b\d{1,2}(?::\d\d){1,2}h?\b"
    r"|\b\d{1,4}-\d{1,2}-\d{1,2}t\d[\d:]*|\b(?:on )?\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?\b"
    r"|\b\d{1,2}[ ./-]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:[ ./-]?(?:\d{4}|\d\d))?\b"
    r"|\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[ ./-]?\d{1,2}(?:[ ,./-]{1,2}\d{4})?\b"
    # A telephone.
    r"|\+?\b1[- .]?8\d\d[- .](?:\d{3}[- .]?\d{4}\b)?|\+\d[\d ().-]{6,18}\d"
    r"|\(?\b\d{3}\)?[- .]\d{3}[- .]\d{4}\b"
)

# Words that make numbers beside them something else than a store's.
MARKERS: Final = TAIL_WORDS | word_set(
    "card carte carta karte kaart kort tarj tarjeta cartao cb visa store stores shop branch filial "
    "filiale fil tienda magasin mag loja butik sklep unit no nbr st site eur usd gbp cad aud nzd chf "
    "sek nok dkk pln inr jpy brl mxn zar rs am pm uhr h on jan feb mar apr may jun jul aug sep sept "
    "oct nov dec 1"
)

# An address, and the telephone and region that stand behind one.
DOMAIN = re.compile(
    r"\.(?<=\w\w\.)(?:(?:com?|gov|org)\.[a-z]{2}|com|net|org|co|io|eu|app|dev|shop|store|online|info|biz|gov|edu|ca|de|fr|nl|es|it|"
    r"ch|at|be|se|dk|no|fi|pl|pt|ie|cz|hu|ro|gr|ru|in|jp|cn|us|uk|au|nz|br|mx|za|tv|me)(?![\w.])(?:/\S*)?"
    r"(?: +(?:\+?[\d-]+ +)?[a-z]{2} *$)?"
)
HOST = re.compile(r"https?://(?:www\.)?|\b(?:www|billing|pay|store|shop|m)\.(?=[\w-]+\.)")
# Behind a name, these lead to its help pages.
HELP = re.compile(r" (?:(?:www|help|billing|support)\.|(?:g\.co|fb\.me|amzn\.com)/)\S+")

STORES: Final = frozenset({"store", "stores", "shop", "branch", "unit", "no", "nr"})
STORES_BY_NAME: Final = ("ups", "dollar")
"""The UPS Store is another merchant than UPS."""
