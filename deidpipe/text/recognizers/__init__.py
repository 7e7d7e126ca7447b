"""The shelf of recognizers: each finds one kind of identity in a text by its form, without knowing the patient."""

from collections.abc import Callable, Iterator

from deidpipe.text.recognizers.addresses import addresses
from deidpipe.text.recognizers.ages import ages
from deidpipe.text.recognizers.dates import dates
from deidpipe.text.recognizers.devices import devices
from deidpipe.text.recognizers.east_asian_persons import east_asian_persons
from deidpipe.text.recognizers.emails import emails
from deidpipe.text.recognizers.institutions import institutions
from deidpipe.text.recognizers.licences import licences
from deidpipe.text.recognizers.national_numbers import national_numbers
from deidpipe.text.recognizers.networks import networks
from deidpipe.text.recognizers.places import places
from deidpipe.text.recognizers.postcodes import postcodes
from deidpipe.text.recognizers.record_numbers import record_numbers
from deidpipe.text.recognizers.telephones import telephones
from deidpipe.text.recognizers.titled_persons import titled_persons
from deidpipe.text.recognizers.uids import uids
from deidpipe.text.recognizers.urls import urls
from deidpipe.text.span import Span

Recognizer = Callable[[str], Iterator[Span]]

RECOGNIZERS: tuple[Recognizer, ...] = (
    dates,
    telephones,
    emails,
    urls,
    networks,
    uids,
    national_numbers,
    record_numbers,
    devices,
    licences,
    ages,
    addresses,
    postcodes,
    titled_persons,
    east_asian_persons,
    institutions,
    places,
)
