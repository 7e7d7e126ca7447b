"""The names of the months, in the languages that reports are written in."""

from types import MappingProxyType

_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari januaris styczeń stycznia sty январь "
    "января янв leden ledna január ianuarie ocak tammikuu tammikuuta ιανουάριος ιανουαρίου січня",
    "february feb februar feber février févr fév fevrier febrero febbraio febb fevereiro fev februari luty lutego lut "
    "февраль февраля фев февр únor února február februarie şubat helmikuu helmikuuta φεβρουάριος φεβρουαρίου лютого",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt marts marzec marca март марта мар březen března "
    "március március martie mart maaliskuu maaliskuuta μάρτιος μαρτίου березня",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi апрель апреля апр duben dubna április aprilie nisan "
    "huhtikuu huhtikuuta απρίλιος απριλίου квітня",
    "may mai mayo maggio mag maio mei maj maja май мая květen května május mayıs toukokuu toukokuuta "
    "μάιος μαΐου травня",
    "june jun juni juin junio giugno giu junho czerwiec czerwca cze июнь июня июн červen června június iunie haziran "
    "kesäkuu kesäkuuta ιούνιος ιουνίου червня",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca lip июль июля июл červenec července július iulie "
    "temmuz heinäkuu heinäkuuta ιούλιος ιουλίου липня",
    "august aug août aout agosto ago augustus augusti sierpień sierpnia sie август августа авг srpen srpna augusztus "
    "ağustos elokuu elokuuta αύγουστος αυγούστου серпня",
    "september sep sept septembre septiembre setiembre settembre set sett setembro wrzesień września wrz сентябрь "
    "сентября сен сент září szeptember septembrie eylül syyskuu syyskuuta σεπτέμβριος σεπτεμβρίου вересня",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października paź октябрь октября окт "
    "říjen října október octombrie ekim lokakuu lokakuuta οκτώβριος οκτωβρίου жовтня",
    "november nov novembre noviembre novembro listopad listopada lis ноябрь ноября ноя нояб noiembrie kasım marraskuu "
    "marraskuuta νοέμβριος νοεμβρίου листопада",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudzień grudnia gru декабрь "
    "декабря дек prosinec prosince decembrie aralık joulukuu joulukuuta δεκέμβριος δεκεμβρίου грудня",
)

MONTHS = MappingProxyType({name: month for month, names in enumerate(_NAMES, 1) for name in names.split()})
# Words that are seldom a month in a description: they count only with a day and a year.
RARELY_A_MONTH = frozenset(
    {
        "set",
        "ago",
        "out",
        "gen",
        "mag",
        "lis",
        "lip",
        "sty",
        "sie",
        "gru",
        "lut",
        "kwi",
        "cze",
        "mei",
        "dic",
        "ott",
        "ene",
    }
)
OFTEN_NO_MONTH = frozenset(
    {"mar", "march", "may", "oct", "dec", "mars", "mai", "maj", "mart", "jun"}
)  # MAR: metal artifact reduction
