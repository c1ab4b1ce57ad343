"""What the frame around a rehearsal says: to whoever tries the program out, not to a student or to staff.

So it stands here and not in the packs. All that student and staff read in it comes from the packs as always.
"""

from enum import StrEnum

TITLE = "Matala, harjoitus"
NO_TOKEN = "ei Telegram-tunnusta (MATALA_TELEGRAM_TOKEN)"
TOKEN_UNUSED = "ilman Telegramia"
FRAME = (
    "HARJOITUS, {telegram} · mikään ei lähde tältä koneelta eikä kukaan muu lue tätä: "
    "oikeassa hädässä soita 112 · tiedot: {place}"
)
HOW_LINES = (
    "Kirjoita rivi kerrallaan: 'teksti' tai 'opiskelija: teksti', 'henkilökunta: teksti', "
    "'henkilökunta: @K-1 teksti'; nappi: 'opiskelija> 1', 'henkilökunta> Sulje'; ankkurinappi: 'opiskelija> ⚓'."
)

STUDENT_TITLE = "🎓 OPISKELIJA · juttelee botin kanssa"
STAFF_TITLE = "🏫 HENKILÖKUNTA · koulun aikuisten ryhmä"
STUDENT_ME = "🎓 Opiskelija (sinä)"
STAFF_ME = "🏫 Henkilökunta (sinä)"
BOT = "🤖 Botti"
STUDENT_HINT = "Kirjoita opiskelijana (pelkkä numero = nappi)"
STAFF_HINT = "Kirjoita henkilökuntana (numero = nappi)"
STAFF_NAME = "Henkilökunta"  # how the one member of staff is called in a rehearsal

REPLIES_TO = "↩ Vastaat tapaukseen {case} · //: jää henkilökunnalle · @K-1: toiseen tapaukseen"
REPLIES_TO_NOTHING = "Ei tapausta, johon vastata. Hälytykset tulevat tähän."
A_CASE = "tähän"  # a case whose code is not known
EARLIER = "(aiemmin)"
CHANGED = "(muuttui)"
PRESSED = "▸ painoi: {label}"
WAITING = "⏳"

NO_SUCH_BUTTON = "Nappia {wanted} ei ole. {buttons}"
BUTTONS_NOW = "Nyt on: {buttons}."
NO_BUTTONS = "Nyt ei ole yhtään nappia."
NO_SUCH_CASE = "Tapausta {code} ei ole tässä ryhmässä. Rivi ei lähtenyt."
TO_NOBODY = "Tämä rivi ei ole vastaus mihinkään tapaukseen, joten se jäi henkilökunnalle."
NOT_SAVED = "Tietokantaan ei juuri nyt saa yhteyttä. Viesti odottaa ja menee perille, kun yhteys palaa."
OPENS_ELSEWHERE = "Avaa selaimessa: {url}"
NO_DATA_FOLDER = "MATALA_DATA_DIR must be a folder that can be written to ({why})"
ALREADY_RUNNING = (
    "a rehearsal is already running in this data folder: end it, or set MATALA_DATA_DIR to another folder"
)

FRAME_KEYS = " · Ctrl+Q lopettaa"
KEY_ANCHOR = "⚓ ihmiselle"
KEY_SIDE = "vaihda puolta"
KEY_QUIT = "lopeta"
HOW_TO_QUIT = "Ctrl+Q lopettaa. Keskustelu on tallessa ja jatkuu, kun käynnistät ohjelman uudestaan."


class Side(StrEnum):
    """The two who meet in a rehearsal, by the names under which lines are written as them."""

    STUDENT = "opiskelija"
    STAFF = "henkilökunta"


ME = {Side.STUDENT: STUDENT_ME, Side.STAFF: STAFF_ME}
