"""The service promise (服务承诺制): published for all 88 matters, within the law, changed only by decision."""

from datetime import timedelta

import pytest

from tests.stories.conftest import SignIn, Visit, shoot
from yimen.catalogue import queries as catalogue
from yimen.core.clock import now


@pytest.mark.browser
def test_the_city_shortens_a_promise_and_every_resident_reads_it(
    visit: Visit, counter: dict[str, str], sign_in: SignIn
) -> None:
    public = visit()
    public.goto("/p/promises")
    assert public.locator(".returns > li").count() == 88, "no sign-in needed"
    before = catalogue.history("MZ-01")[0].item.promised_days

    city = sign_in("city")
    city.goto("/catalogue")
    assert "24 类 88 项" in city.locator("main .page-head").inner_text()
    city.goto("/catalogue/MZ-01/edit")
    city.fill("#f-decision_no", "锡民发〔2026〕7号")
    city.fill("#f-from_on", (now() + timedelta(days=1)).date().isoformat())
    city.fill("#f-promised_days", "31")
    city.click("form .button-primary")
    assert "比法定期限 30 个工作日还长" in city.locator(".errors").inner_text()
    assert city.input_value("#f-decision_no") == "锡民发〔2026〕7号", "nothing is lost"
    city.fill("#f-promised_days", "12")
    city.click("form .button-primary")
    city.wait_for_selector("ins:has-text('12 个工作日')")
    shoot(city, "promise-preview")
    city.click("button[name=confirmed]")
    city.wait_for_selector("text=锡民发〔2026〕7号")
    shoot(city, "promise-published")

    today, tomorrow = now().date(), (now() + timedelta(days=1)).date()
    catalogue.forget()
    assert catalogue.version_on("MZ-01", today).item.promised_days == before, "not before its day"
    assert catalogue.version_on("MZ-01", tomorrow).item.promised_days == 12
