"""Form fields of lists of lines, and of dates with times in London."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from consultations.fields.cleaning import clean_line
from consultations.london import (
    LONDON,
    ambiguous_message,
    instants_for,
    nonexistent_message,
)

MAX_LINES = 1_000
MAX_LINE_LENGTH = 300
EARLIEST_YEAR = 1900
YEARS_AHEAD = 10


class LinesFormField(forms.CharField):
    """A list of strings, one per line of a textarea; empty lines are dropped."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        """Return a list as the lines of the textarea."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines with single spaces; name those that are not allowed.

        Raise ValidationError with a sentence for what is refused.
        """
        if isinstance(value, list):
            value = "\n".join(value)
        lines, problems = [], []
        typed = (value or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(typed) > MAX_LINES:
            raise ValidationError(
                f"The list has {len(typed):,} lines; the maximum is {MAX_LINES:,}.",
                code="lines",
            )
        for number, line in enumerate(typed, 1):
            if len(line) > MAX_LINE_LENGTH:
                problems.append(
                    f"Line {number} has {len(line):,} characters; the maximum is "
                    f"{MAX_LINE_LENGTH}."
                )
                continue
            try:
                lines.append(clean_line(line))
            except ValidationError as error:
                problems += [f"Line {number}: {problem}" for problem in error.messages]
        if problems:
            raise ValidationError(problems, code="line")
        return [line for line in lines if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lines without their surrounding white space."""
        if self.disabled:
            return False
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class LondonDateTimeInput(forms.MultiWidget):
    """A date and a time in London, in two labelled inputs of one fieldset."""

    template_name = "consultations/widgets/london_moment.html"
    use_fieldset = True
    labels = ("Date", "Time in London")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__({"date": day, "time": clock}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return date and time in London of an instant."""
        if not isinstance(value, dt.datetime):
            return [None, None]
        local = value.astimezone(LONDON)
        return [local.date(), local.time().replace(second=0, microsecond=0, fold=0)]

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Add the labels of the inputs."""
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        for part, label in zip(parts, self.labels, strict=True):
            part["label"] = label
        return context


class LondonDateTimeField(forms.MultiValueField):
    """A day and a time in London, as the one instant they mean, in UTC.

    A time that the clocks went over, or showed twice, is refused with its readings.
    """

    widget = LondonDateTimeInput
    default_error_messages = {"incomplete": "Enter both the date and the time."}

    def __init__(self, **kwargs: Any) -> None:
        day = forms.DateField(
            error_messages={"invalid": "Enter a date, such as 2027-02-05."}
        )
        clock = forms.TimeField(
            error_messages={"invalid": "Enter a time of day, such as 16:00."}
        )
        super().__init__(fields=(day, clock), **kwargs)

    def compress(self, data_list: Any) -> dt.datetime | None:
        """Return the instant; raise ValidationError if nonexistent or ambiguous."""
        if not data_list or all(part is None for part in data_list):
            return None
        if any(part is None for part in data_list):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        naive = dt.datetime.combine(*data_list).replace(second=0, microsecond=0)
        return london_instant(naive)


def london_instant(naive: dt.datetime) -> dt.datetime:
    """Return a London time in UTC, or raise ValidationError."""
    typed = f"{naive:%H:%M} on {naive.day} {naive:%B} {naive.year}"
    if naive.year < EARLIEST_YEAR:
        raise ValidationError(
            f"{typed} is before the year {EARLIEST_YEAR}. Check the year.", code="early"
        )
    if naive.year > timezone.localdate().year + YEARS_AHEAD:
        raise ValidationError(
            f"{typed} is more than {YEARS_AHEAD} years from now. Check the year.",
            code="late",
        )
    real = instants_for(naive)
    if not real:
        raise ValidationError(f"{typed} {nonexistent_message(naive)}", code="never")
    if len(real) > 1:
        raise ValidationError(
            f"{typed} {ambiguous_message(real)} Choose a time that occurs once.",
            code="twice",
        )
    return real[0].astimezone(dt.UTC)
