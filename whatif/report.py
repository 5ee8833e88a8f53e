"""A comparison as words: the table's cells and the verdict on the hotline's targets, in Chinese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whatif.bound import Bound
from whatif.compare import Check, Estimate, Row
from whatif.day import Figures


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of the table."""

    figure: str
    heads: Mapping[str, str]
    """Language → heading."""
    percent: bool = True


COLUMNS = (
    Column("service_level", {"zh-CN": "20秒接通率", "en": "SL20"}),
    Column("service_level_60", {"zh-CN": "60秒接通率", "en": "SL60"}),
    Column("answered_in_180", {"zh-CN": "3分钟接通率", "en": "SL180"}),
    Column("asa_s", {"zh-CN": "平均应答速度", "en": "ASA"}, percent=False),
    Column("abandon_ratio", {"zh-CN": "放弃率", "en": "Abandon"}),
    Column("p95_wait_s", {"zh-CN": "等待p95", "en": "p95 wait"}, percent=False),
    Column("occupancy_ratio", {"zh-CN": "工时占用率", "en": "Occ"}),
    Column("occupancy_spread", {"zh-CN": "占用率σ", "en": "Occ σ"}),
    Column("fcr_ratio", {"zh-CN": "首次解决率", "en": "FCR"}),
    Column("gsr60", {"zh-CN": "60秒接通且解决", "en": "GSR60"}),
    Column("vip_service_level", {"zh-CN": "VIP 20秒接通率", "en": "VIP SL20"}),
)

BOUND_SHOWN = ("service_level", "service_level_60", "asa_s", "abandon_ratio")

CHECKS = {
    "connect_ratio": {"zh-CN": "人工接通率", "en": "connect ratio"},
    "asa_s": {"zh-CN": "平均应答速度", "en": "ASA"},
    "answered_in_180": {"zh-CN": "3分钟接通率", "en": "answered within 180 s"},
}

WORDS = {
    "zh-CN": {
        "holds": "达标",
        "fails": "未达标",
        "enough": "人手足够",
        "missing": "缺{count}人",
        "many": "缺{most}人以上",
        "comma": "，",
        "bound": "Erlang A 上限（人人全能，无人再拨）：",
    },
    "en": {
        "holds": "holds",
        "fails": "does not hold",
        "enough": "there are enough agents",
        "missing": "{count} agents are missing",
        "many": "more than {most} agents are missing",
        "comma": ", ",
        "bound": "Erlang A bound (everybody knows everything, nobody calls again): ",
    },
}


def cells(figures: Row) -> list[str]:
    """One policy's row: every mean with half its confidence interval, where there is one."""
    return [cell(figures[column.figure], percent=column.percent) for column in COLUMNS]


def cell(estimate: Estimate, *, percent: bool) -> str:
    """`83.3 ±0.4`."""
    scale = 100.0 if percent else 1.0
    mean = f"{estimate.mean * scale:.1f}"
    return mean if estimate.half_width == float("inf") else f"{mean} ±{estimate.half_width * scale:.1f}"


def check_line(check: Check, language: str) -> str:
    """`人工接通率 93.1 % ≥ 90.0 %：达标`."""
    words, name = WORDS[language], CHECKS[check.name][language]
    at_most = check.name == "asa_s"
    reached, wanted = (_value(value, seconds=at_most) for value in (check.reached, check.wanted))
    holds = words["holds"] if check.holds else words["fails"]
    relation = "≤" if (check.reached <= check.wanted) else ">"
    if not at_most:
        relation = "≥" if check.reached >= check.wanted else "<"
    return f"{name} {reached} {relation} {wanted}{'：' if language == 'zh-CN' else ': '}{holds}"


def missing_line(missing: int | None, most: int, language: str) -> str:
    """How many agents are missing, `most` being where the search ended."""
    words = WORDS[language]
    if missing is None:
        return words["many"].format(most=most)
    return words["missing"].format(count=missing) if missing else words["enough"]


def bound_line(bound: Bound, language: str) -> str:
    """What no policy can reach, in closed form."""
    heads = {column.figure: column for column in COLUMNS}
    found = [
        f"{heads[name].heads[language]} {_value(getattr(bound, name), seconds=name == 'asa_s')}" for name in BOUND_SHOWN
    ]
    return f"{WORDS[language]['bound']}{WORDS[language]['comma'].join(found)}"


def plain(figures: Mapping[str, Sequence[Figures]], rows: Mapping[str, Row]) -> dict[str, object]:
    """For tools: every policy's figures as numbers."""
    return {
        name: {
            "days": len(figures[name]),
            **{key: {"mean": one.mean, "ci95": one.half_width} for key, one in row.items()},
        }
        for name, row in rows.items()
    }


def _value(value: float, *, seconds: bool) -> str:
    return f"{value:.1f} s" if seconds else f"{100 * value:.1f} %"
