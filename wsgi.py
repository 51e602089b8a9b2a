"""The WSGI entry point, also for Flask's own command line."""

from network.app import create_app

app = create_app()
