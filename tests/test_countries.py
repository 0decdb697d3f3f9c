from toposcope.candidates import open_gazetteer
from toposcope.countries import country_name


def test_names_of_codes() -> None:
    assert country_name("XK") == "Kosovo"
    assert country_name("ZZ") == "ZZ"
    assert country_name(None) is None


def test_every_country_of_the_gazetteer_has_a_name() -> None:
    codes = open_gazetteer().gazetteer.country_codes
    assert [code for code in codes if country_name(code) == code] == []
