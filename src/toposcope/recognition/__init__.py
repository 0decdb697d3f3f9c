"""Toponym recognition: text → mentions.

A linear-chain conditional random field over runs of capitalised words. The modules read in this order:

words         what is known of a word by itself
casing        headlines in capitals, text in small letters
runs          runs of capitalised words and what may join them
known_names   the names in a run that the gazetteer knows
templates     what the model looks at
model         its weights and how they are decoded
reading       texts → arrays of words, many texts at a time
features      runs → what the model looks at, as arrays
recogniser    all of it together
"""

from toposcope.recognition.protocol import Recogniser
from toposcope.recognition.recogniser import CRFRecogniser

__all__ = ["CRFRecogniser", "Recogniser"]
