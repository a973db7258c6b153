"""The confidential work: who answered, what they said, what is said back."""

from responses.models.desk import *
from responses.models.received import *
