"""The network's curators: reviews against a published rubric, decisions with reasons, collections."""
