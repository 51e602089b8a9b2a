"""As whom the embedded PostgreSQL runs: it refuses root, and root is who runs many a container.

In this order, and nothing of the system is changed in any case:

1. an ordinary user: as that user;
2. root with data that belongs to another account: as that account, so that it stays usable to it;
3. root: in a user namespace in which the files' owner is not root;
4. root where user namespaces are off: as an unprivileged account, which gets the data folder; if it
   can't enter the folders above, with the one capability that lets it through.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFERRED = ("postgres", "nobody", "daemon")
# Which capability lets a process into any folder, by its number in /proc/self/status.
CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


class NoAccount(Exception):
    """PostgreSQL can't run as anybody here; the text is one sentence."""


@dataclass(frozen=True)
class Account:
    """How to run a program of the server, and to whom its files must belong."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict)
    """What ``subprocess.run`` is told."""


def choose_account(folder: Path, programs: Path) -> Account:
    """Who is to run the server whose data is, or will be, in ``folder / "data"``.

    The folder and its parent must exist. NoAccount when nobody can.
    """
    uid, gid = os.geteuid(), os.getegid()
    is_new = not (folder / "data" / "PG_VERSION").exists()
    if uid:
        if is_new and not _has_name(uid):
            return _in_namespace(uid, gid, f"your account has the number {uid} but no name on this machine")
        return Account(uid, gid)
    found = (folder / "data").stat() if not is_new else None
    if found is not None and found.st_uid:
        return _as_other(found.st_uid, found.st_gid, folder, programs)
    try:
        return _in_namespace(0, 0, "PostgreSQL does not run as root")
    except NoAccount:
        other = _unprivileged()
        if other is None:
            raise NoAccount(
                "PostgreSQL does not run as root, user namespaces are off and there is no other account: "
                "run as an ordinary user or set DATABASE_URL."
            ) from None
        return _as_other(other.pw_uid, other.pw_gid, folder, programs)


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _unprivileged() -> pwd.struct_passwd | None:
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid}
    return next((known[name] for name in PREFERRED if name in known), next(iter(known.values()), None))


def _in_namespace(uid: int, gid: int, why: str) -> Account:
    """The same owner of files under another number, which must have a name for initdb."""
    unshare, other = shutil.which("unshare"), _unprivileged()
    if unshare and other:
        prefix = (unshare, "--user", f"--map-user={other.pw_uid}", f"--map-group={other.pw_gid}")
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
            return Account(uid, gid, prefix)
    raise NoAccount(f"{why[0].upper()}{why[1:]}, and user namespaces are off: set DATABASE_URL.")


def _as_other(uid: int, gid: int, folder: Path, programs: Path) -> Account:
    plain = Account(uid, gid, (), {"user": uid, "group": gid, "extra_groups": []})
    # The parent is the data folder; everything else in it is readable to its owner alone.
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    os.chown(folder, uid, gid)
    if _reaches(plain, folder, programs):
        return plain
    setpriv, capability = shutil.which("setpriv"), _capability()
    if setpriv and capability:
        # The last one lets the capability count for access(2) too, with which pg_ctl looks for postgres.
        prefix = (setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
                  f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}",
                  "--securebits=+no_setuid_fixup")  # fmt: skip
        if _reaches(Account(uid, gid, prefix), folder, programs):
            return Account(uid, gid, prefix)
    raise NoAccount(
        f"PostgreSQL does not run as root, and the account number {uid} can't enter {folder} or {programs}: "
        "choose folders that everybody may enter, run as an ordinary user or set DATABASE_URL."
    )


def _capability() -> str | None:
    """A capability that this process may pass on."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    bounding = next((int(line.split()[1], 16) for line in lines if line.startswith("CapBnd:")), 0)
    return next((name for name, bit in CAPABILITIES.items() if bounding >> bit & 1), None)


def _reaches(account: Account, folder: Path, programs: Path) -> bool:
    test = ["sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(folder), str(programs / "postgres")]
    try:
        done = subprocess.run(
            [*account.prefix, *test], capture_output=True, check=False, cwd="/", **account.arguments
        )
    except OSError:
        return False
    return done.returncode == 0
