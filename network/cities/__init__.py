"""Cities as places: population, time zone, and the platform operator's creation of organisations."""
