"""Word lists that recognition and roles lean on: small, readable, loaded when first asked for."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = [
    "CONNECTORS",
    "LOCATIVE",
    "ORGANISATION_WORDS",
    "PERSON_TITLES",
    "PLACE_HEADS",
    "PLACE_PREFIXES",
    "SENTENCE_STARTERS",
    "common_words",
    "given_names",
    "letter_case",
    "surnames",
]


def _in_order(name: str) -> list[str]:
    text = files("toposcope.lexicon").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def given_names() -> frozenset[str]:
    """Given names, capitalised."""
    return frozenset(_in_order("given_names.txt"))


@cache
def surnames() -> Mapping[str, int]:
    """Frequent surnames of the United States, capitalised → 1 for the first thousand, 2 for the rest."""
    return {name: 1 if rank < 1000 else 2 for rank, name in enumerate(_in_order("surnames.txt"))}


@cache
def letter_case() -> Mapping[str, int]:
    """Words in small letters → how English writes them: from 1, never small, to 5, hardly ever with a capital."""
    return {word: int(step) for word, step in (line.split() for line in _in_order("letter_case.txt"))}


@cache
def common_words() -> frozenset[str]:
    """Words that English text writes in small letters one time in five or more."""
    return frozenset(word for word, step in letter_case().items() if step >= 3)


#: Lower-case words that may stand inside a name: "Gulf of Aden", "Rio de Janeiro".
CONNECTORS = frozenset(
    "of the de la del du des di da do dos le les el al ul ad an ar as ash at ath az ed en er es esh ez y e van von der "
    "den am au aux upon on under by sur sous lez lès ob in im zu bei na nad pod bin ben d l".split()
)

#: Prepositions that a place name follows.
LOCATIVE = frozenset(
    "in at near outside around across throughout inside toward towards into from via to off beyond surrounding "
    "neighbouring neighboring between through along downtown".split()
)

#: Titles that a person's name follows, lower case and without the dot.
PERSON_TITLES = frozenset(
    "mr mrs ms miss dr sen sens rep reps gov govs gen col lt sgt capt cpl maj adm cmdr rev prof pres hon pvt supt "
    "president senator governor mayor general colonel captain sergeant officer detective judge justice minister "
    "secretary chief sheriff chancellor king queen prince princess pope bishop archbishop cardinal father sister "
    "brother coach professor doctor sir lord lady dame chairman chairwoman spokesman spokeswoman spokesperson "
    "director attorney ambassador lawyer commissioner superintendent principal reporter deputy premier "
    "congressman congresswoman councilman councilwoman councillor lieutenant major trooper pastor imam sheikh "
    "ayatollah mullah sultan emir commander marshal admiral envoy leader rebel guard forward midfielder striker "
    "defender goalkeeper quarterback pitcher singer actor actress author writer artist activist analyst economist "
    "adviser advisor candidate incumbent successor husband wife son daughter aunt uncle saint pilot".split()
)

#: Heads of names of organisations, teams, papers and events: a place name inside is only a part of theirs.
ORGANISATION_WORDS = frozenset(
    "University College School Department Police Inc Inc. Corp Corp. Company Co. Ltd Ltd. Association Committee "
    "Council Commission Board Agency Bureau Office Court Church Club Party Union Bank Group Institute Foundation "
    "Authority Ministry Army Force Forces Navy Guard Congress Senate Assembly Parliament Times Post Herald News "
    "Tribune Journal Press Daily Gazette Sentinel Examiner Chronicle Star Sun Service Services Society Federation "
    "League United FC Tigers Bulldogs Eagles Lions Bears Wildcats Cardinals Team Clinic Library Airlines Airways "
    "Motors Systems Technologies Industries International Academy Chamber Coalition Alliance Organization "
    "Organisation Network Television Radio Magazine Conference Cup Act Bill Open Festival Championship "
    "Championships Games Bowl Series Fund Program Programme Project High Elementary Middle Symphony Orchestra "
    "Agreement Accord Accords Treaty Summit Protocol Convention Declaration Marathon Prize Award Awards Stock "
    "Exchange Securities Insurance Electric Energy Oil Gas Rangers Rovers Athletic Observer Globe Register "
    "Dispatch Enquirer Inquirer Republic Review Monitor Mirror Mail Telegraph Guardian Independent Standard "
    "Reporter Record Bulletin Argus Courier Democrat Republican Banner Leader Fire Sheriff Health Medical Water "
    "Power Light Transit Railway Railroad Rail Tech State".split()
)

#: Words that end the name of a place: with a name before them they make one even where the gazetteer lacks it.
PLACE_HEADS = frozenset(
    "County Parish River Creek Lake Mountain Mountains Island Islands Valley Bay Sea Ocean Gulf Strait Peninsula "
    "Desert Forest Street Avenue Road Highway Boulevard Drive Lane Bridge Square Plaza Township Village Province "
    "District Prefecture Borough Heights Hills Hill Springs Falls Canyon Canal Harbor Harbour Ridge Airport Pass "
    "Basin Plateau Governorate Oblast Isle Glacier Cove Trail Parkway Expressway Freeway Turnpike Reservation "
    "Reservoir Dam Park Hospital Stadium Arena Prison Cemetery Cathedral Mosque Castle Palace Volcano Archipelago "
    "Peak Lagoon Wetlands Municipality Voivodeship Krai Region Territory".split()
)

#: Words that begin the name of a place: "Lake Tahoe", "Mount Hood", "Fort Hood", "Camp Bastion".
PLACE_PREFIXES = frozenset(
    "Lake Mount Mt. Fort Ft. Camp Cape Port Gulf Bay Strait Straits Sea Isle Isles Rio Loch Wadi Jebel Jabal".split()
)

#: Capitalised words that begin sentences and never a place name by themselves.
SENTENCE_STARTERS = frozenset(
    "The A An In On At But And Or If When While As For From With By To Of It Its He She They We I You His Her "
    "Their Our My Your This That These Those There Here What Who Which Where Why How After Before During Since "
    "Until Although Though Because However Also Another Other Some Many Most Several Few All Both Each Every No "
    "Not Nor So Yet Then Thus Now Once Only Just Even Still Such Under Over About Above Among Between Against "
    "Through Without Within According Despite Meanwhile Moreover Instead Later Earlier Today Yesterday Tomorrow "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December One Two Three Four Five Six Seven Eight Nine Ten First Second Third Last "
    "Next Is Are Was Were Be Been Has Have Had Do Does Did Can Could Will Would Should Might Must Let Say Said "
    "Asked Near Outside Inside Across Around Along Off Past Police Officials Residents Authorities Jan. Feb. Aug. "
    "Sept. Oct. Nov. Dec. God Mr. Mrs. Ms. Dr.".split()
)
