import pytest

from toposcope.language import plainly_not_english

#: Sentences of our own, each repeated to the length of a short article.
OTHERS = {
    "German": "Die Truppen haben die Stadt am Morgen verlassen, sagte der Sprecher des Ministeriums, und in den "
    "Straßen war es so ruhig wie seit Wochen nicht mehr. Die Bewohner hoffen, dass der Markt bald wieder offen ist.",
    "Dutch": "De regering wil na de zomer met een nieuw plan komen voor de haven van de stad, maar of dat in de kamer "
    "een meerderheid had, was over de hele week niet te zeggen. We zijn er nog niet, zei de minister op vrijdag.",
    "French": "Les habitants ont quitté la ville dans la nuit, a annoncé le ministère, et les routes sont restées "
    "fermées jusqu'au matin. On ne sait pas encore quand le port pourra rouvrir après la tempête.",
    "Spanish": "El gobierno dijo el lunes que las carreteras de la costa siguen cerradas y que no hay noticias de los "
    "tres pescadores que salieron del puerto antes de la tormenta. La búsqueda sigue hoy.",
    "Danish": "Regeringen siger at vejene langs kysten for det meste er åbne igen, men at der stadig ikke er strøm i "
    "de små byer på øen. Vi håber at kunne hjælpe alle før weekenden, sagde han.",
    "Turkish": "Bakanlık dün akşam yaptığı açıklamada limanın fırtına yüzünden kapalı kalacağını, yolların ise sabah "
    "saatlerinde açılacağını duyurdu. Köylerde elektrik hâlâ yok ve okullar bugün de tatil edildi.",
    "Russian": "Министерство сообщило вечером, что порт закрыт из-за шторма, а дороги откроют утром. В деревнях до сих "
    "пор нет света, и школы сегодня не работают.",
    "Arabic": "قالت الوزارة مساء أمس إن الميناء سيبقى مغلقا بسبب العاصفة وإن الطرق ستفتح في الصباح "
    "ولا تزال القرى بلا كهرباء.",
    "Chinese": "气象部门表示风暴将在夜间登陆海岸港口已经关闭渔船全部回港避风学校今天停课村庄仍然没有电力供应。" * 4,
    "Japanese": "気象庁によると台風は今夜海岸に上陸する見込みで港は閉鎖され漁船はすべて戻り学校は休みになった。" * 4,
}

ENGLISH = {
    "news": "The ministry said on Monday that the port would stay closed because of the storm, and that the roads "
    "along the coast would open in the morning. There is still no power in the villages, and the schools are shut.",
    "letter": "My dear brother, we came to this place upon the ninth, after eleven days of rain, and lie now in a "
    "field beside the river with nothing dry but the powder.",
    "terse": "Storm hits coast. Port closed. Three fishermen missing off north shore. Navy boat sent at dawn. No word "
    "by noon. Search goes on today, officials say. Schools in two districts closed until Friday.",
    "capitals": "THE MINISTRY SAID ON MONDAY THAT THE PORT WOULD STAY CLOSED BECAUSE OF THE STORM.",
    "foreign names": "From Rue de la Paix to the Avenue des Champs-Élysées the crowd sang, and at the Place de la "
    "Concorde they met the others who had come over the bridge from the Quai d'Orsay.",
}

NO_PROSE = {
    "empty": "",
    "names": "Paris\nBerlin\nMadrid\nRoma\nLisboa\nWien\nPraha\nWarszawa\nBudapest\nBucureşti\n",
    "numbers": "12.5 31.2 17.0 44.1 ",
    "table": "Sirte;31.2;16.6\nMisrata;32.4;15.1\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_languages_are_seen(text):
    assert plainly_not_english(f"{text} " * 4)


@pytest.mark.parametrize("text", [*ENGLISH.values(), *NO_PROSE.values()], ids=[*ENGLISH, *NO_PROSE])
def test_english_and_what_is_no_prose_pass(text):
    assert not plainly_not_english(f"{text} " * 4)
    assert not plainly_not_english(f"{text} " * 40)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_nothing_is_said_of_short_texts(text):
    assert not plainly_not_english(text[:80])


def test_english_that_quotes_another_language_passes():
    assert not plainly_not_english(f"{ENGLISH['news']} “{OTHERS['French']}” ")
