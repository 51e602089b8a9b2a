"""Bulk import of practices by curators: read, check each row, show, then publish all or nothing."""
