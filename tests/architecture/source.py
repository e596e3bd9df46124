"""The product's own source, parsed once, for tests that ask about all of it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "yimen"


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the product but its migrations, by path from the root."""
    paths = (path for path in PRODUCT.rglob("*.py") if "migrations" not in path.parts)
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)}


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function of one of these names, as `name(…)` or `something.name(…)`."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called in names:
                    yield path, node


def words(node: ast.AST) -> Iterator[str]:
    """Every string constant under a node."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
