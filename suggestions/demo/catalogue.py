"""The words the demo is made of: chains, parts of invented names, cities, employers."""

from typing import Final

# fmt: off
CITIES: Final[dict[str, tuple[str, ...]]] = {
    "CA": (
        "TORONTO ON", "OTTAWA ON", "MONTREAL QC", "CALGARY AB", "VANCOUVER BC", "HALIFAX NS", "WINNIPEG MB",
    ),
    "US": ("CHICAGO IL", "AUSTIN TX", "SEATTLE WA", "BOSTON MA", "DENVER CO", "PORTLAND OR"),
    "GB": ("LONDON", "LEEDS", "BRISTOL", "GLASGOW", "CARDIFF"),
    "DE": ("BERLIN", "HAMBURG", "KOELN", "MUENCHEN"),
}
CURRENCIES: Final = {"CA": "CAD", "US": "USD", "GB": "GBP", "DE": "EUR"}
COUNTRY_WEIGHTS: Final = {"CA": 0.5, "US": 0.25, "GB": 0.15, "DE": 0.1}

# Chains as statements print them, with the countries where they are; "" for all.
CHAINS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "Groceries": (
        ("LOBLAWS", "CA"), ("METRO", "CA"), ("NO FRILLS", "CA"), ("SOBEYS", "CA"), ("KROGER", "US"),
        ("TRADER JOES", "US"), ("SAFEWAY", "US"), ("TESCO STORES", "GB"), ("SAINSBURYS", "GB"),
        ("REWE SAGT DANKE", "DE"), ("LIDL", "GB DE"), ("ALDI", "GB DE US"), ("WAL-MART", "CA US"),
        ("GREENLEAF MARKET", ""), ("DAILYCART", ""), ("VALU FOODS", ""), ("PANTRY ROW", "CA US"),
        ("KORNBLUM", "DE"),
    ),
    "Restaurants": (
        ("TIM HORTONS", "CA"), ("STARBUCKS", ""), ("MCDONALD'S", ""), ("SUBWAY", ""), ("KFC", ""),
        ("A&W", "CA"), ("UBER EATS", ""), ("DOORDASH", "CA US"), ("GREGGS", "GB"), ("WOKBOX 88", ""),
        ("TACO RIVER", "CA US"), ("BURRITO UNION", ""), ("CHICKEN SHACK", ""),
    ),
    "Fuel": (
        ("SHELL", ""), ("ESSO", "CA GB DE"), ("PETRO-CANADA", "CA"), ("BP", "US GB"), ("CHEVRON", "US"),
        ("ARAL", "DE"), ("GASLINE", ""),
    ),
    "Parking & Transit": (
        ("UBER TRIP", ""), ("PRESTO AUTO", "CA"), ("IMPARK", "CA US"), ("TFL TRAVEL CH", "GB"),
        ("LYFT RIDE", "US CA"), ("BVG TICKET", "DE"), ("CITY TRANSIT PASS", ""), ("PARKEASE", ""),
    ),
    "Travel, Lodging & Rental": (
        ("AIRBNB", ""), ("AIR CANADA", "CA"), ("EXPEDIA", ""), ("HILTON", ""), ("RYANAIR", "GB DE"),
        ("SKYBRIDGE AIR", ""), ("STAYWELL SUITES", ""), ("RENTAWAY CARS", ""),
    ),
    "Health & Pharmacy": (
        ("SHOPPERS DRUG MART", "CA"), ("CVS", "US"), ("WALGREENS", "US"), ("BOOTS", "GB"),
        ("ROSSMANN", "DE"), ("MEDICUS RX", ""),
    ),
    "Clothing": (
        ("H&M", ""), ("ZARA", ""), ("OLD NAVY", "CA US"), ("PRIMARK", "GB DE"), ("THREADLINE", ""),
        ("NORDWEAR", ""),
    ),
    "Home Improvement & Hardware": (
        ("HOME DEPOT", "CA US"), ("CANADIAN TIRE", "CA"), ("LOWES", "US CA"), ("B&Q", "GB"),
        ("BAUHOF", "DE"), ("FIXIT DEPOT", ""),
    ),
    "Furniture & Household": (
        ("IKEA", ""), ("WAYFAIR", "CA US GB"), ("CASA & CO", ""), ("SOFT CORNER", ""),
    ),
    "Electronics & Software": (
        ("BEST BUY", "CA US"), ("MEDIAMARKT", "DE"), ("APPLE.COM/BILL", ""), ("MICROSOFT", ""),
        ("CIRCUIT HUB", ""), ("PIXELCLOUD", ""),
    ),
    "General Merchandise": (
        ("AMAZON", ""), ("AMZN MKTP", ""), ("COSTCO", "CA US GB"), ("DOLLARAMA", "CA"), ("TARGET", "US"),
        ("EVERYTHING 5", ""),
    ),
    "Hobbies, Books & Gifts": (
        ("INDIGO", "CA"), ("WATERSTONES", "GB"), ("MICHAELS", "CA US"), ("PAPERTRAIL", ""),
    ),
    "Entertainment & Recreation": (
        ("CINEPLEX", "CA"), ("TICKETMASTER", ""), ("STEAM GAMES", ""), ("LASER PLANET", ""),
    ),
    "Auto & Vehicle": (
        ("MR LUBE", "CA"), ("HALFORDS", "GB"), ("AUTOZONE", "US"), ("QUICKLANE", ""), ("TYRE BARN", ""),
    ),
    "Postal & Shipping": (
        ("CANADA POST", "CA"), ("USPS", "US"), ("ROYAL MAIL", "GB"), ("FEDEX", ""), ("PARCELO", ""),
    ),
    "Education & Training": (("UDEMY", ""), ("LINGUANEST", "")),
    "Government & Fines": (("SERVICEONTARIO", "CA"), ("DVLA", "GB"), ("CITY LICENSING", "")),
    "Membership & Charity": (("YMCA", "CA US"), ("UNICEF", ""), ("SHELTER FIRST", "")),
    "Office Supplies & Equipment": (("STAPLES", "CA US"), ("INKWELL DIRECT", "")),
}
# Second halves of invented names; some say what the shop sells, some say nothing at all.
SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "Groceries": ("BAKERY", "FOODS", "FRUIT & VEG", "PROVISIONS", "MARKET", "DELI", "BUTCHERS", "GROCERY"),
    "Restaurants": (
        "CAFE", "COFFEE", "ROASTERS", "PIZZA", "SUSHI", "GRILL", "KITCHEN", "EATERY", "TAVERN", "NOODLES",
        "BISTRO", "CURRY HOUSE", "PUB", "DONUTS", "& SONS", "TABLE",
    ),
    "Fuel": ("FUELS", "GAS BAR", "SERVICE STN"),
    "Parking & Transit": ("PARKING", "TAXI", "CABS", "CAR PARK"),
    "Travel, Lodging & Rental": ("HOTEL", "INN", "LODGE", "TOURS", "GUEST HOUSE"),
    "Health & Pharmacy": ("PHARMACY", "DENTAL", "PHYSIO", "OPTICAL", "CLINIC", "APOTHECARY", "WELLNESS"),
    "Clothing": ("APPAREL", "SHOES", "BOUTIQUE", "OUTFITTERS", "TAILORS"),
    "Home Improvement & Hardware": ("HARDWARE", "LUMBER", "PAINTS", "GARDEN CTR"),
    "Furniture & Household": ("INTERIORS", "BEDDING", "HOME", "LIVING"),
    "Electronics & Software": ("COMPUTERS", "MOBILE", "SOFTWARE", "AUDIO"),
    "General Merchandise": ("DISCOUNT", "TRADING", "BAZAAR", "VARIETY"),
    "Hobbies, Books & Gifts": ("BOOKS", "FLORIST", "TOYS", "CRAFTS", "GIFTS", "CYCLES"),
    "Entertainment & Recreation": ("CINEMA", "FITNESS", "CLIMBING", "BOWL", "THEATRE", "YOGA", "GOLF"),
    "Auto & Vehicle": ("AUTO", "MOTORS", "CAR WASH", "GARAGE", "TYRES"),
    "Education & Training": ("TUTORING", "ACADEMY", "MUSIC SCHOOL", "DRIVING"),
    "Postal & Shipping": ("COURIERS", "PARCELS"),
    "Repairs & Contractors": ("PLUMBING", "ROOFING", "CLEANING", "ELECTRIC", "LOCKSMITH"),
    "Professional & Business Services": ("LEGAL", "ACCOUNTING", "PRINTING", "STUDIO", "CONSULTING"),
    "Membership & Charity": ("FOUNDATION", "FOOD BANK", "CLUB"),
    "Office Supplies & Equipment": ("STATIONERS", "OFFICE"),
}
PREFIXES: Final = (
    "ALDER", "AMBER", "ANCHOR", "ARBOUR", "ASHTON", "ATLAS", "AURORA", "BARLEY", "BAYVIEW", "BEACON",
    "BIRCH", "BLUEBIRD", "BRAMBLE", "BRIDGEWAY", "BRIGHT", "CANAL", "CEDAR", "CHERRY", "CLOVER", "COPPER",
    "CORNER", "CROWN", "DAISY", "DRIFTWOOD", "EASTGATE", "EMBER", "EVERGREEN", "FALCON", "FERN", "FIRESIDE",
    "FOXGLOVE", "GALAXY", "GARNET", "GOLDEN", "GRANITE", "GREENWAY", "HARBOUR", "HAWTHORN", "HAZEL",
    "HERON", "HIGHLAND", "HILLTOP", "HOLLY", "INDIA", "IRIS", "IVORY", "JASMINE", "JUNIPER", "KESTREL",
    "KINGSWAY", "LAKESIDE", "LANTERN", "LARK", "LAUREL", "LILAC", "LINDEN", "LOTUS", "LUNA", "MAGNOLIA",
    "MAPLE", "MARIGOLD", "MARLOW", "MEADOW", "MERIDIAN", "MILLER", "MOSAIC", "NELSON", "NORTHSIDE",
    "OAKRIDGE", "OLIVE", "ORCHID", "OSPREY", "PALERMO", "PARKSIDE", "PEARL", "PHOENIX", "PINE", "POPPY",
    "QUARRY", "QUEENS", "RAVEN", "RIVER", "ROSEWOOD", "ROWAN", "SAFFRON", "SAGE", "SILVER", "SORRENTO",
    "SPRUCE", "STATION", "STERLING", "SUMMIT", "SUNRISE", "SYCAMORE", "TAMARIND", "THISTLE", "TULIP",
    "UPTOWN", "VALLEY", "VIOLET", "WALNUT", "WATERLOO", "WESTEND", "WILLOW", "WINDSOR", "YARROW", "ZENITH",
)
EMPLOYERS: Final = (
    "ACMERA LOGISTICS", "NORTHBEAM LTD", "BRIGHTLINE INC", "CIVIC WORKS", "DELTON FOODS",
    "ELMHURST HOSPITAL", "FERRO STEEL", "GRANTWELL LLP", "HALDEN MEDIA", "INTERLAKE SCHOOLS",
    "JUNO SYSTEMS", "KEELING RETAIL", "LUMEN ENERGY", "MARCHAND GROUP", "NOVA CARE", "ORBITAL DESIGN",
    "PINEWOOD COUNCIL", "QUILLON BANKING", "CITY SHUTTLES", "SOLSTICE LABS", "TIDEWATER SHIPPING",
    "UMBRA SECURITY", "VANTA HOMES", "WEXFORD COLLEGE",
)
SURNAMES: Final = (
    "ALVAREZ", "BAKER", "CHEN", "DIALLO", "EVANS", "FISCHER", "GUPTA", "HANSEN", "IVANOV", "JONES",
    "KOWALSKI", "LOPEZ", "MARTIN", "NGUYEN", "OKAFOR", "PATEL", "ROSSI", "SINGH", "TREMBLAY", "UDDIN",
    "VARGA", "WONG", "YILMAZ", "ZHANG",
)
# fmt: on
