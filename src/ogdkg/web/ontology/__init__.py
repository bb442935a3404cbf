"""Pages of a vocabulary: its classes, properties, concept schemes and shapes, in words and in a picture.

Imports `web.pages`. Start reading at `ontology.py`; what is known of terms is in `vocabulary.py`.
"""
