"""The public record: what is consulted on, decided and published."""

from consultations.models.background import *
from consultations.models.conclusion import *
from consultations.models.consultation import *
from consultations.models.consultation_edition import *
from consultations.models.edition import *
from consultations.models.legal_text import *
from consultations.models.outcome import *
from consultations.models.passage import *
from consultations.models.public_slug import *
from consultations.models.release import *
from consultations.models.storage import *
from consultations.models.trail import *
