"""The ten steps: where a city stands, what is missing, and what to do next."""
