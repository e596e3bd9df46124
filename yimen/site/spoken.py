"""Templates compiled once per language: a sentence of the page is plain text by the time anybody asks for it.

`{{ _("Cases") }}` costs a call, a lookup and an escape at every rendering, and a page says a hundred such things. Here
each language has an environment of its own, and a message known when the template is read is put in its place then;
`%(name)s` parts become expressions between the pieces, escaped as ever. A message that is computed is looked up.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # private

_PART = re.compile(r"%(?:\((?P<name>\w+)\)s|%)")
_LEFT = re.compile(r"%(?!\(\w+\)s|%)")
_MANY = ("ngettext",)


def written(value: Any) -> str:
    """A value as the page has it, escaped. The public `escape` wraps each answer in a Markup that is only joined."""
    kind = type(value)
    if kind is int:
        return str(value)
    text: str = escape_text(value) if kind is str else value if kind is Markup else escape(value)
    return text


class _Writer(CodeGenerator):
    """Compiles `{{ value }}` to `written(value)`."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """A compiled template imports what it writes with."""
        self.writeline(f"from {__name__} import written")
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """A template and each of its blocks gather their pieces and give them as one: hundreds of pieces handed up one
        by one, through the blocks and the templates around them, cost more than making them."""
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """Jinja hands on the pieces of a template without context past those gathered so far."""
        if not node.with_context:
            self.fail("Include it with the context: what comes before it would come after it.", node.lineno)
        super().visit_Include(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("written(")


class SpokenEnvironment(Environment):
    """An environment of one language. `in_language` has those of all languages, itself too."""

    code_generator_class = _Writer
    language: str = ""
    in_language: dict[str, "SpokenEnvironment"]

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """Compile a template after putting its messages in place."""
        if isinstance(source, str):
            name, filename = (*args, None, None)[:2]
            source = self.parse(source, kwargs.get("name", name), kwargs.get("filename", filename))
        with translation.override(self.language):
            source = _Speaker().visit(source)
        return super().compile(source, *args, **kwargs)


class _Speaker(NodeTransformer):
    """Replaces calls of the message functions by what they say."""

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        """Pieces of a message stand among the other pieces of the page."""
        children: list[nodes.Expr] = []
        for child in node.nodes:
            said = _said(child)
            children += [self.visit(piece) for piece in said] if said is not None else [self.visit(child)]
        node.nodes = children
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """Anywhere else a message is one value."""
        said = _said(node)
        if said is None:
            self.generic_visit(node)
            return node
        if len(said) == 1 and isinstance(said[0], nodes.TemplateData):
            return said[0]
        return nodes.Concat([self.visit(piece) for piece in said], lineno=node.lineno)


def _said(node: nodes.Node) -> list[nodes.Expr] | None:
    """The pieces of a message that is known now; None for anything else."""
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
        return None
    found = _message(node.node.name, node.args)
    if found is None or _LEFT.search(found):
        return None
    values = {keyword.key: keyword.value for keyword in node.kwargs}
    if node.node.name in _MANY:
        values.setdefault("num", node.args[2])
    if any(part["name"] and part["name"] not in values for part in _PART.finditer(found)):
        return None
    return list(_pieces(found, values, node.lineno))


def _message(function: str, args: list[nodes.Expr]) -> str | None:
    """What the active language says for a call, where it does not depend on a value."""
    words = [arg.value for arg in args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
    if function in ("_", "gettext") and len(args) == len(words) == 1:
        return translation.gettext(words[0])
    if function == "pgettext" and len(args) == len(words) == 2:
        return translation.pgettext(words[0], words[1])
    if function in _MANY and len(args) == 3 and len(words) == 2:
        one, many = (translation.ngettext(words[0], words[1], number) for number in (1, 2))
        return one if one == many else None
    return None


def _pieces(message: str, values: dict[str, nodes.Expr], lineno: int) -> Iterator[nodes.Expr]:
    end = 0
    for part in _PART.finditer(message):
        if text := message[end : part.start()]:
            yield nodes.TemplateData(text, lineno=lineno)
        yield values[part["name"]] if part["name"] else nodes.TemplateData("%", lineno=lineno)
        end = part.end()
    if (text := message[end:]) or not end:
        yield nodes.TemplateData(text, lineno=lineno)


def lookups(language: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """gettext, ngettext and pgettext of one language, for messages that are computed: each is asked for once."""

    @cache
    def gettext(message: str) -> str:
        with translation.override(language):
            return translation.gettext(message)

    @cache
    def ngettext(one: str, many: str, number: int) -> str:
        with translation.override(language):
            return translation.ngettext(one, many, number)

    @cache
    def pgettext(context: str, message: str) -> str:
        with translation.override(language):
            return translation.pgettext(context, message)

    return gettext, ngettext, pgettext
