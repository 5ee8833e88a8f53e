"""Hiding what belongs to a caller: numbers shown in part on screens, and taken out of logs altogether."""

import re

SHOWN_AT_END = 4
"""Digits left readable at the end: what an agent reads back to a caller (common practice of Chinese hotlines)."""

HIDDEN = 4
"""Digits hidden before them: 138****8000 is the usual form of a masked mobile number in China."""

REMOVED = "<number>"
"""What a log shows in place of a number."""

_MACHINE_ID = r"(?<![\d.])1[5-9]\d{8}\.\d{1,9}(?!\d|\.\d)"
"""Asterisk's channel and call ids: ten digits of Unix time, a dot and a counter. No caller's number looks so."""

_PHONE = (
    r"\+?\d{7,}"  # any long run, in any script's digits: 13800138000, 01087654321
    r"|(?<!\d)1[3-9]\d[ -]\d{4}[ -]\d{4}(?!\d)"  # 138 0013 8000
    r"|(?<!\d)[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)"  # 400-800-1234
    r"|(?<!\d)\(?0\d{2,3}\)?[ -]\d{3,4}[ -]\d{4}(?!\d)"  # (010) 8765 4321
)

_PATTERN = re.compile(f"(?P<machine_id>{_MACHINE_ID})|{_PHONE}")


def mask_number(number: str) -> str:
    """A caller's number as a screen may show it: `138****8000`. The shorter it is, the less of it is shown."""
    shown_at_start = max(len(number) - HIDDEN - SHOWN_AT_END, 0) if len(number) > 10 else 0
    shown_at_end = SHOWN_AT_END if len(number) >= HIDDEN + SHOWN_AT_END else len(number) // 3
    hidden = len(number) - shown_at_start - shown_at_end
    return number[:shown_at_start] + "*" * hidden + number[len(number) - shown_at_end :]


def remove_numbers(text: str) -> str:
    """The text with everything that looks like a telephone number taken out; ids of calls stay readable."""
    return _PATTERN.sub(lambda found: found.group("machine_id") or REMOVED, text)
