"""Figures, signs and letters in a Chinese text, written out as they are spoken. Pure."""

import re
from collections.abc import Callable

DIGITS = "零一二三四五六七八九"

_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))

_TELEPHONE = str.maketrans({"一": "幺"})
"""In long numbers 1 is spoken yāo, so that it is not taken for 7 (qī)."""

_LONG_NUMBER = 5
"""Digits from which a figure is a number to dial, as 95588, and not a quantity."""

_MEASURE = r"[位个人名次天分秒小年元块条项笔种遍倍周家级步期万亿千百%％]"
"""Words that make the figure before them a quantity."""

_PAIRED = r"(?:位|个|人|名|次|天|分钟|小时|年|元|块|条|项|笔|种|遍|倍|周|家|万|亿|千)"
"""Measure words before which 2 is spoken liǎng."""

_IDENTIFIERS = r"(?<=工号)|(?<=号码)|(?<=电话)|(?<=热线)|(?<=拨打)|(?<=尾号)|(?<=编号)|(?<=卡号)|(?<=密码)"


def read_quantity(number: int) -> str:
    """Write out a quantity from 0 to below 10**12: 105 → 一百零五, 15 → 十五."""
    if number < 10:
        return DIGITS[number]
    for size, unit in _UNITS:
        if number >= size:
            head, rest = divmod(number, size)
            text = ("" if (head, size) == (1, 10) else read_quantity(head)) + unit
            if not rest:
                return text
            tail = read_quantity(rest)
            return text + ("零" if rest < size // 10 else "") + ("一" if tail[0] == "十" else "") + tail
    raise AssertionError(number)


def read_digits(digits: str) -> str:
    """Write out a number digit by digit: 8001 → 八零零一, 10086 → 幺零零八六."""
    text = "".join(DIGITS[int(digit)] for digit in digits)
    return text.translate(_TELEPHONE) if len(digits) >= _LONG_NUMBER else text


def _read_figure(digits: str) -> str:
    """A figure without a telling neighbour."""
    if len(digits) >= _LONG_NUMBER or (len(digits) > 1 and digits[0] == "0"):
        return read_digits(digits)
    return read_quantity(int(digits))


def _read_time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    return f"{read_quantity(hour)}点" + (f"{'零' if minute < 10 else ''}{read_quantity(minute)}分" if minute else "")


def _read_decimal(found: re.Match[str]) -> str:
    return f"{read_quantity(int(found[1]))}点{''.join(DIGITS[int(digit)] for digit in found[2])}"


def _read_parts(found: re.Match[str]) -> str:
    parts = re.split(r"[-\s]", found[0])
    long = sum(map(len, parts)) >= _LONG_NUMBER
    spoken = ("".join(DIGITS[int(digit)] for digit in part) for part in parts)
    return "，".join(part.translate(_TELEPHONE) if long else part for part in spoken)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\d{3,4}-\d{3,4}-\d{3,4}|0\d{2,3}-\d{7,8}"), _read_parts),
    (re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)"), _read_time),
    (re.compile(r"(\d+(?:\.\d+)?)[%％]"), lambda found: f"百分之{found[1]}"),
    (re.compile(r"(?<=\d)\s*[-~–—～]\s*(?=\d)"), lambda _: "到"),
    (re.compile(r"(?<!\d)(\d{4})(?=年)"), lambda found: read_digits(found[1])),
    (re.compile(rf"({_IDENTIFIERS})(\s*)(\d+)"), lambda found: read_digits(found[3])),
    (re.compile(r"(?<!\d)(\d{1,12})\.(\d+)"), _read_decimal),
    (re.compile(rf"(?<!\d)(?<!第)2(?=(?:到\d+)?{_PAIRED})"), lambda _: "两"),
    (re.compile(rf"(?<!\d)(\d{{1,12}})(?={_MEASURE})"), lambda found: read_quantity(int(found[1]))),
    (re.compile(r"\d+"), lambda found: _read_figure(found[0])),
    (re.compile(r"\*键?"), lambda _: "星号键"),
    (re.compile(r"[#＃]键?"), lambda _: "井号键"),
    (re.compile(r"&"), lambda _: "和"),
)
"""In order of precedence."""


def write_out(text: str) -> str:
    """Replace figures and signs by the words spoken for them."""
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    return text
