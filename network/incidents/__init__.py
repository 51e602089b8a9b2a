"""Incidents: what happened, to whom, where, how sure it is and who may read it."""
