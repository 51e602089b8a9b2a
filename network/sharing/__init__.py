"""Sharing agreements: what a city lets a nation or the network see, and when it ends."""
