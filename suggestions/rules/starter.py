"""The rules a new installation starts with: well-known merchants, and words that say what was bought."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import log
from suggestions.models import Rule, RuleSet

_MERCHANT_PRIORITY: Final = 10
_WORD_PRIORITY: Final = 0

# fmt: off
MERCHANTS: Final[dict[str, tuple[str, ...]]] = {
    "Groceries": (
        "Aldi", "Carrefour", "Coles Supermarkets", "Edeka", "Farm Boy", "Food Basics", "FreshCo", "Kroger",
        "Lidl", "Loblaws", "Metro", "No Frills", "Nofrills", "Publix", "Rewe", "Safeway", "Sainsburys",
        "Sobeys", "Tesco", "Trader Joes", "Waitrose", "Wal-Mart", "Walmart", "Whole Foods", "Woolworths",
    ),
    "Restaurants": (
        "A&W", "Burger King", "Chipotle", "Deliveroo", "DoorDash", "Dominos", "Greggs", "Just Eat", "KFC",
        "McDonalds", "Nandos", "Pizza Hut", "Pizza Pizza", "Popeyes", "Pret A Manger", "SkipTheDishes",
        "Starbucks", "Taco Bell", "Tim Hortons", "Uber Eats", "Wendys",
    ),
    "Fuel": ("Aral", "BP", "Chevron", "Esso", "Exxon", "Petro Canada", "Petro-Canada", "Shell", "Texaco"),
    "Parking & Transit": (
        "Deutsche Bahn", "Impark", "Lyft", "Presto", "SNCF", "TfL Travel", "Trainline", "TTC", "Uber",
        "Via Rail",
    ),
    "Travel, Lodging & Rental": (
        "Air Canada", "Airbnb", "Avis", "Booking.com", "British Airways", "Delta Air", "EasyJet",
        "Enterprise Rent", "Expedia", "Hertz", "Hilton", "Holiday Inn", "Lufthansa", "Marriott",
        "Premier Inn", "Qantas", "Ryanair", "United Airlines", "WestJet",
    ),
    "Health & Pharmacy": ("Boots", "CVS", "Pharma Plus", "Rexall", "Rite Aid", "Walgreens"),
    "Clothing": ("H&M", "Marks Work Wearhouse", "Old Navy", "Primark", "Uniqlo", "Winners", "Zara"),
    "Home Improvement & Hardware": (
        "B&Q", "Bunnings", "Canadian Tire", "Cdn Tire", "Home Depot", "Home Hardware", "Lowes", "Obi",
        "Rona", "Screwfix", "Sherwin Williams",
    ),
    "Furniture & Household": ("IKEA", "Leons", "Wayfair"),
    "Electronics & Software": (
        "Adobe", "Apple.com/Bill", "Best Buy", "Canada Computers", "Currys Online", "Dropbox", "GitHub",
        "Google Storage", "JB Hi-Fi", "MediaMarkt", "Microsoft",
    ),
    "General Merchandise": (
        "Amazon", "Amzn Mktp", "Costco", "Dollar Tree", "Dollarama", "eBay", "Kmart", "Target",
    ),
    "Hobbies, Books & Gifts": ("Chapters", "Indigo", "Michaels", "Party City", "Waterstones"),
    "Entertainment & Recreation": (
        "Cineplex", "Disney Plus", "GoodLife", "Netflix", "Odeon", "PlayStation", "Spotify", "Steam Games",
        "Ticketmaster",
    ),
    "Telecom, Internet & Utilities": (
        "AT&T", "Bell Canada", "British Gas", "Comcast", "EDF Energy", "Enbridge Gas", "Fido", "Hydro One",
        "Rogers", "T-Mobile", "Telstra", "Telus", "Verizon", "Vodafone",
    ),
    "Auto & Vehicle": ("ADAC", "AutoZone", "Halfords", "Jiffy Lube", "Kal Tire", "Midas", "Mr Lube", "NAPA"),
    "Education & Training": ("Coursera", "Udemy"),
    "Postal & Shipping": ("Australia Post", "Canada Post", "DHL", "FedEx", "Purolator", "Royal Mail", "USPS"),
    "Government & Fines": ("CRA", "DVLA", "HMRC", "IRS", "ServiceOntario"),
    "Financial & Insurance": ("Allianz", "Aviva", "Geico", "Intact Insurance", "Sun Life"),
    "Office Supplies & Equipment": ("Officeworks", "Staples"),
    "Membership & Charity": ("Oxfam", "Red Cross", "UNICEF", "YMCA"),
}

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "Groceries": ("bakery", "grocery", "supermarket"),
    "Restaurants": (
        "bistro", "cafe", "coffee", "diner", "grill", "pizza", "pizzeria", "ramen", "restaurant", "sushi",
    ),
    "Fuel": ("fuel", "gas bar", "petrol"),
    "Parking & Transit": ("metro rail", "parking", "taxi", "transit"),
    "Travel, Lodging & Rental": ("airline", "airlines", "airways", "hostel", "hotel", "motel"),
    "Health & Pharmacy": ("dental", "dentist", "optometry", "pharmacy", "physiotherapy"),
    "Home Improvement & Hardware": ("hardware",),
    "Hobbies, Books & Gifts": ("bookshop", "bookstore", "florist"),
    "Entertainment & Recreation": ("cinema", "cinemas", "museum", "theatre"),
    "Auto & Vehicle": ("auto parts", "car wash"),
    "Education & Training": ("tuition", "university"),
    "Government & Fines": ("parking fine", "property tax"),
    "Financial & Insurance": ("account fee", "insurance", "overdraft fee", "service charge"),
    "Repairs & Contractors": ("plumbing",),
    "Membership & Charity": ("donation", "membership"),
    "Transfers": ("e-transfer", "internal transfer", "transfer from", "transfer to"),
    "Cash": ("ATM withdrawal", "cash withdrawal"),
}
# fmt: on

# Words that mean something only when money goes one way, or only above an amount: (pattern, category, sign,
# smallest amount). Small sums of rent are for tools and rooms.
SIGNED_WORDS: Final = (
    ("payroll", "Income", Rule.Sign.IN, None),
    ("salary", "Income", Rule.Sign.IN, None),
    ("wages", "Income", Rule.Sign.IN, None),
    ("pension", "Income", Rule.Sign.IN, None),
    ("interest paid", "Income", Rule.Sign.IN, None),
    ("dividend", "Income", Rule.Sign.IN, None),
    ("rent", "Rent & Mortgage", Rule.Sign.OUT, Decimal(200)),
    ("mortgage", "Rent & Mortgage", Rule.Sign.OUT, Decimal(200)),
)

# Merchants whose names stand in statements in too many forms for words: (name, RE2 pattern, category).
PATTERNS: Final = (
    ("Shoppers Drug Mart", r"shopper'?s ?drug ?m(?:art|a)?\d*", "Health & Pharmacy"),
    ("Petro-Canada", r"petro-?can(?:ada)?\d*", "Fuel"),
    ("7-Eleven", r"7[- ]?eleven", "Groceries"),
    ("Air Canada tickets", r"air can \d+", "Travel, Lodging & Rental"),
    ("Canada Post counters", r"cpc ?/ ?scp.*", "Postal & Shipping"),
)


def starter_rules() -> Iterator[Rule]:
    """Give the starter set, unsaved; a merchant's name outranks a word that says what kind of shop it is."""
    for category, names in MERCHANTS.items():
        for name in names:
            yield Rule(name=name, pattern=name, category=category, priority=_MERCHANT_PRIORITY)
    for name, pattern, category in PATTERNS:
        yield Rule(
            name=name, kind=Rule.Kind.RE2, pattern=pattern, category=category, priority=_MERCHANT_PRIORITY
        )
    for category, words in WORDS.items():
        for word in words:
            yield _of_word(word, category)
    for word, category, sign, amount_min in SIGNED_WORDS:
        yield _of_word(word, category, sign=sign, amount_min=amount_min)


def install_starter_rules() -> int:
    """Write the starter set when there is no rule at all; return how many rules were written."""
    with transaction.atomic():
        # Two first starts at once: the second waits here until the first has written them.
        RuleSet.objects.select_for_update().get(pk=1)
        if Rule.objects.exists():
            return 0
        rules = list(starter_rules())
        count = len(Rule.objects.bulk_create(rules))
        log.record(
            log.Kind.RULE,
            subject="starter rules",
            actor="",
            origin=log.Origin.START,
            reason="there was no rule at all",
            before={"rules": 0},
            after={"rules": count},
        )
        return count


def _of_word(word: str, category: str, **limits: Any) -> Rule:
    name = word[0].upper() + word[1:]
    return Rule(name=name, pattern=word, category=category, priority=_WORD_PRIORITY, **limits)
