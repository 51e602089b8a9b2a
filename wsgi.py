"""The WSGI entry point, also for Flask's own command line."""

from network.app import create_app
from network.kernel.installation import prepare_process

app = create_app(prepare_process())
