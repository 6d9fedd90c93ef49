"""Find where the merchant begins: behind a terminal's or processor's words, or in a field of its own."""

import re
from typing import Final

from mlmodels.domain.text.merchant_words import word_set

_TOKEN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"x*\d{3,}|x{2,}|\d{1,2}(?:[a-z]{3}(?:\d\d)?)?")

_LONGEST_FRONT: Final = 160

# One of these is enough, because no name begins with it.
_ENOUGH: Final = word_set(
    "pos checkcard contactless kontaktlos eftpos girocard kartenzahlung debitkartenzahlung kartenkauf "
    "kartenumsatz lastschrift sepalastschrift basislastschrift dauerauftrag gutschrift uberweisung "
    "ueberweisung echtzeituberweisung betaalpas bea gea betaalautomaat pinbetaling kortkop kortkjop "
    "kortkob kortbetaling varekjop prlv prlvt prelevement ach sepa idp cidp przelew"
)
# It takes two of these: Credit Suisse, Card Factory, Visa application centre.
_HALF: Final = word_set(
    "card cards purchase payment payments debit credit visa mastercard maestro amex interac online "
    "check chk cheque direct recurring preauthorized preauthorised preauth authorized authorised "
    "point sale signature pin withdrawal wd dda dbt pmt pmnt bill billpay electronic elec "
    "mobile retail domestic international foreign intl external standing order faster deb eft "
    "crd tap nfc inst xfer sdd core ec transaction achat cb paiement carte facture par sans contact "
    "vir virement retrait compra compras tarj tarjeta pago pagos recibo cargo adeudo domiciliacion "
    "debito credito cartao pagamento carta addebito acquisto operazione karte kauf einzug zahlung "
    "incasso betaling algemene doorlopend dankort visadankort kop kjop kob zakup platnosc karta karty"
)
# Nothing of their own, but they may stand among the others.
_BETWEEN: Final = word_set("to at en from via for of by con de del chez bei mit via presso przy uzyciu avec")
_BEFORE_NUMBERS: Final = word_set("on no nr ending in ref dated the x am le du")
_DATED: Final = frozenset({"carte", "carta", "karte"})
_PAID: Final = word_set("payment purchase pago pagamento paiement zahlung compra achat acquisto")
_PAID_TO: Final = word_set("to at en an a chez bei presso")

# Names of processors, as they stand before a star.
_PROCESSORS: Final = word_set(
    "sq sqc gosq tst pp paypal sp zettle izettle iz ztl sumup stripe klarna mollie adyen py ic wpy "
    "crv fs in bt ck ckc cko dd eb gpay googlepay applepay dnh dri paddle 2co 2checkout fsprg ccb "
    "clip merpago mercadopago mp pagseguro pag ebanx iyzico payu dlo raz razorpay paytm yoco ikhokha "
    "snapscan ccv buckaroo nexi ls smk ppl payplug payfast afterpay clearpay affirm zip laybuy sezzle "
    "worldline worldpay opayo alipay wechat grabpay ezi twint vipps mobilepay swish nya ctlp nyx skr"
) | {"apple pay", "google pay", "amazon pay", "shop pay", "paypal inst xfer", "sumup ltd"}
_GOOGLE_OWN = re.compile(
    r"ads|adws|cloud|storage|play|one\b|domain|workspace|gsuite|youtube|svcs|services|fi\b|voice|nest|store|pixel"
)
# What these put behind the star is a number of theirs, whatever it looks like.
_OWN_REFERENCE: Final = word_set(
    "facebk facebook fb amazon amzn audible kindle lyft airbnb expedia westjet rogers temu shein wish "
    "aliexpress etsy ebay spotify netflix linkedin dropbox adobe canva openai doordash instacart"
)
_NO_SHOPIFY: Final = word_set("plus parking services ausnet energy manweb group")

# Lists in one line, where one place holds the name.
_FIELDS: Final = (
    re.compile(
        r"(?:upi|imps|neft|mmt)/(?:(?:dr|cr|p2[amp]|imps|upi)/)?(?:\d+/)?(?:(?:dr|cr|p2[amp])/)?"
        r"(?P<name>[^\W\d_][^/@]*)"
    ),
    re.compile(r"(?:upi|neft|imps)-(?P<name>[^\W\d_][^-@]*)-"),
    re.compile(r"/name/(?P<name>[^/]+)"),
    re.compile(r"svwz\+(?P<name>.+)"),
)
_PAYPAL_TRANSFER = re.compile(r"^\W*paypal\W+(?:des:\s?)?(?:inst|instant) xfer\W+(?:id:\s?)?(?=\w)")
_FIELD_LEADS: Final = word_set("upi imps neft mmt trtp eref kref mref cred svwz")

LEADS: Final = _ENOUGH | _HALF | _FIELD_LEADS | {"paypal", "sp"}
"""First words of which anything is to be taken away, but for what stands before a star."""


def skip_lead(plain: str, first: str) -> str:
    """Return the folded text from its merchant on; first is its first word."""
    if first in _FIELD_LEADS:
        return _pick_field(plain)
    if first == "sp":
        return _skip_shopify(plain)
    if first == "paypal":
        return _PAYPAL_TRANSFER.sub("", plain)
    return _skip_terminal(plain.replace("w/d", "wd"))


def skip_processor(plain: str) -> str:
    """Return a folded text with a star from its merchant on, and without references of the merchant's own."""
    before, _, behind = plain.partition("*")
    name = before.strip(" */-").removesuffix(".com").removesuffix(".net")
    behind = behind.lstrip("* ")
    if not behind:
        return plain
    if name in _PROCESSORS or (name == "google" and not _GOOGLE_OWN.match(behind)):
        return behind
    first = name.partition(" ")[0].partition(".")[0]
    return before if first in _OWN_REFERENCE else plain


def _pick_field(plain: str) -> str:
    for pattern in _FIELDS:
        field = pattern.search(plain)
        if field is not None:
            return field["name"]
    return plain


def _skip_shopify(plain: str) -> str:
    words = _TOKEN.findall(plain)
    if len(words) < 2 or words[1] in _NO_SHOPIFY or len(words[1]) < 3 or words[1].isdecimal():
        return plain
    return plain.partition("sp")[2]


def _skip_terminal(plain: str) -> str:
    found = list(_TOKEN.finditer(plain, 0, _LONGEST_FRONT))
    words = [match[0] for match in found]
    halves = at = 0
    while at < len(words) and (weight := _weigh(words, at)) is not None:
        halves += weight
        at += 1
    if halves < 2 or at == len(words):
        return plain
    return plain[found[at].start() :]


def _weigh(words: list[str], at: int) -> int | None:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in _ENOUGH:
        return 2
    if word in _HALF:
        is_whole = _NUMBER.fullmatch(following) is not None and (len(following) > 2 or word in _DATED)
        return 2 if is_whole or (word in _PAID and following in _PAID_TO) else 1
    if at and (word in _BETWEEN or _NUMBER.fullmatch(word)):
        return 0
    if at and word in _BEFORE_NUMBERS and _NUMBER.fullmatch(following):
        return 0
    return 0 if at and word in _PAID_TO and words[at - 1] in _PAID else None
