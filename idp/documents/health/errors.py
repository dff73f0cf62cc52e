"""What can be wrong with a health record that is to be taken in; one small class each, none echoes a value."""

from __future__ import annotations


class HealthRecordError(Exception):
    """A record is refused whole. `where` is a path in the FHIR resource, or a table and line of the XML."""

    code = "refused"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where, self.what = where, what


class UnknownFormat(HealthRecordError):
    """Neither a FHIR Bundle in JSON nor the insurance tables in XML."""

    code = "unknown_format"


class TooLarge(HealthRecordError):
    """Over a limit of size, depth or number."""

    code = "too_large"


class Unreadable(HealthRecordError):
    """Not well-formed, or not what the format's own rules allow."""

    code = "unreadable"


class NotASummary(HealthRecordError):
    """A valid resource, but no International Patient Summary."""

    code = "not_a_summary"


class MissingValue(HealthRecordError):
    """A value that the signed document must have is not there, or cannot be that value."""

    code = "missing_value"


class InTheFuture(HealthRecordError):
    """A visit that has not begun yet: nobody signs what has not been."""

    code = "in_the_future"


class WrongPerson(HealthRecordError):
    """The record is about somebody else, or does not say enough to know."""

    code = "wrong_person"


class UnknownFacility(HealthRecordError):
    """No issuer answers for this facility, so nobody could sign."""

    code = "unknown_facility"


class NobodyKeepsTheBook(HealthRecordError):
    """It is not clear which hospital signs the health book."""

    code = "no_keeper"


class NothingToImport(HealthRecordError):
    """There is nothing in it that a document could hold."""

    code = "nothing_to_import"


class NothingToExport(HealthRecordError):
    """The person has no health book in force."""

    code = "nothing_to_export"
