"""Telephone numbers in one spelling, so that the same caller is recognised however the network writes him."""

import re
import unicodedata

DECORATION = re.compile(r"[\s().·/‐-―-]")
"""What people and networks put between the digits."""

FROM_CHINA = re.compile(r"(?:\+86|0086|86(?=1[3-9]\d{9}$))(?=\d{5,}$)")
"""China's country code as +86, 0086, or 86 before a mobile number without any sign, as some trunks send it."""

MOBILE = re.compile(r"1[3-9]\d{9}")
"""A mobile number in China."""

LANDLINE = re.compile(r"(?:10|2\d|[3-9]\d{2})\d{7,8}")
"""Area code without its 0, and seven or eight digits: what is left of +86 10 8888 8888."""

SERVICE = re.compile(r"[48]00\d{7}")
"""400 and 800 numbers look like landlines, but take no 0."""


def normalise_number(text: str) -> str:
    """Reduce a number to digits (after a `+` from abroad); what is not a number comes back empty."""
    bare = DECORATION.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"\+?[0-9]{1,32}", bare):
        return ""
    if domestic := FROM_CHINA.match(bare):
        return _domestic(bare[domestic.end() :])
    if bare.startswith("00"):
        return "+" + bare[2:]
    return bare[1:] if bare.startswith("0") and MOBILE.fullmatch(bare[1:]) else bare


def _domestic(bare: str) -> str:
    """Write a number as it is dialled inside China."""
    if MOBILE.fullmatch(bare) or SERVICE.fullmatch(bare):
        return bare
    return "0" + bare if LANDLINE.fullmatch(bare) else bare
