"""Messages put in place when a template is compiled read the same as messages asked for at every rendering."""

from typing import Any

import pytest
from django.utils import translation
from jinja2 import DictLoader

from yimen.site.spoken import SpokenEnvironment, lookups
from yimen.site.templating import environment

LANGUAGES = ("zh-hans", "en")


def rendered(language: str, source: str, **values: Any) -> str:
    made = environment(loader=DictLoader({"page": source})).in_language[language]
    return made.get_template("page").render(values)


def test_a_message_is_text_of_the_compiled_template() -> None:
    made: SpokenEnvironment = environment(loader=DictLoader({"page": '<b>{{ _("Cases") }}</b>'})).in_language["zh-hans"]
    with translation.override("zh-hans"):
        said = translation.gettext("Cases")
    assert said != "Cases"
    assert f"<b>{said}</b>" in str(made.compile('<b>{{ _("Cases") }}</b>', "page", raw=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_of_a_message_are_escaped_and_the_message_is_not(language: str) -> None:
    text = rendered(language, '{{ _("Today %(time)s", time=time) }}', time="<i>5</i>")
    assert "&lt;i&gt;5&lt;/i&gt;" in text
    assert rendered(language, '{% set one = _("50%%") %}{{ one }}') == "50%"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_number_in_a_message_is_told_as_the_language_counts(language: str, count: int) -> None:
    source = '{% set words = ngettext("%(num)s day overdue", "%(num)s days overdue", days) %}{{ words }}'
    with translation.override(language):
        expected = translation.ngettext("%(num)s day overdue", "%(num)s days overdue", count) % {"num": count}
    assert rendered(language, source, days=count) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_that_is_computed_is_still_looked_up(language: str) -> None:
    gettext, _ngettext, _pgettext = lookups(language)
    assert rendered(language, "{{ _(title) }}", title="Cases") == gettext("Cases")
