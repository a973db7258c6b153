"""Confidential models: respondents, submissions, answers, comments, responses."""

from responses.models.checks import *
from responses.models.desk import *
from responses.models.files import *
from responses.models.received import *
