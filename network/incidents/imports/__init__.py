"""Importing files of incidents: read, map, check everything, then all or nothing."""
