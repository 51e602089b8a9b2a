"""Code lists of adaptations."""

from network.kernel.locale import lazy_text as _l

STATUS = {
    "planned": _l("Planned"),
    "running": _l("Running"),
    "finished": _l("Finished"),
    "stopped": _l("Stopped"),
}
RECOMMENDS = {
    "yes": _l("Yes, we recommend it"),
    "partly": _l("Partly, with changes"),
    "no": _l("No, not for a city like ours"),
}
SHARED_WITH = {
    "city": _l("Only our city"),
    "author": _l("Also the city that wrote it"),
    "network": _l("All members of the network"),
    "public": _l("Everybody"),
}
