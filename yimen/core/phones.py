"""Phone numbers as people write them."""

import re

from yimen.core.errors import N_

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOOSE = re.compile(r"[\s()\-.\u200b\u2010-\u2015\u2212\ufeff]+")
_COUNTRY = re.compile(r"^(?:(?:\+|00)86(?=[01])|86(?=1[3-9][0-9]{9}$))")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([0-9]{7,8})")
_EXTENSION = re.compile(r"(.*[0-9])\s*(?:转|分机|ext\.?|x|#)\s*([0-9]{1,6})", re.IGNORECASE)


def inspect_phone(text: str) -> tuple[str, str]:
    """The number as kept ("13812345678", "0510-85012345", "0510-85012345-801") and "", or "" and a msgid."""
    if _MOBILE.fullmatch(text):
        return text, ""
    plain = text.translate(_FULL_WIDTH).strip()[:64]
    extension = _EXTENSION.fullmatch(plain)
    main, inner = extension.groups() if extension else (plain, "")
    if not inner and (dashed := re.fullmatch(r"(0[0-9]{2,3}-[0-9]{7,8})-([0-9]{1,6})", plain)):
        main, inner = dashed.groups()
    digits = _COUNTRY.sub("", _LOOSE.sub("", main), count=1)
    if _MOBILE.fullmatch(digits):
        return ("", _NO_EXTENSION) if inner else (digits, "")
    if landline := _LANDLINE.fullmatch(digits):
        return "-".join(part for part in (*landline.groups(), inner) if part), ""
    return "", _reason(digits)


def _reason(digits: str) -> str:
    """What to do about a text that is no phone number."""
    if not digits:
        return N_("The phone number is empty. Type a mobile number or a landline with its area code.")
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return N_("The phone number holds something other than digits. Type the digits only.")
    if re.fullmatch(r"[2-9][0-9]{6,7}", digits):
        return N_("The area code is missing. Type it before the number, such as 0510-85012345.")
    if digits.startswith("0"):
        return N_("This landline number is too long or too short. Write it such as 0510-85012345.")
    if digits.startswith("1") and len(digits) != 11:
        return N_("A mobile number has 11 digits. Compare it digit by digit.")
    return N_("A mobile number starts with 13 to 19 and has 11 digits. Compare it digit by digit.")


_NO_EXTENSION = N_("A mobile number has no extension. Type the 11 digits only.")
