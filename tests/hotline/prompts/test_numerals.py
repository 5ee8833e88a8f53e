import pytest

from hotline.prompts.numerals import read_digits, read_quantity, write_out


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "零"), (2, "二"), (10, "十"), (15, "十五"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (115, "一百一十五"), (1005, "一千零五"), (1015, "一千零一十五"), (1500, "一千五百"),
        (10000, "一万"), (10500, "一万零五百"), (21500, "二万一千五百"), (100000, "十万"), (1_000_010, "一百万零一十"),
        (300_000_000, "三亿"), (300_000_001, "三亿零一"),
    ],
)  # fmt: skip
def test_quantities(number: int, spoken: str) -> None:
    assert read_quantity(number) == spoken


def test_short_numbers_keep_yi_and_numbers_to_dial_say_yao() -> None:
    assert read_digits("8001") == "八零零一"
    assert read_digits("10086") == "幺零零八六"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("额度评估请按1", "额度评估请按一"),
        ("还款方式请按2，", "还款方式请按二，"),
        ("您前面还有2位客户", "您前面还有两位客户"),
        ("您前面还有12位客户", "您前面还有十二位客户"),
        ("第2位", "第二位"),
        ("预计等待3到5分钟", "预计等待三到五分钟"),
        ("预计等待2-3分钟", "预计等待两到三分钟"),
        ("工号8001为您服务", "工号八零零一为您服务"),
        ("工号 21为您服务", "工号二一为您服务"),
        ("请拨打95588", "请拨打九五五八八"),
        ("400-810-1234", "四零零，八幺零，幺二三四"),
        ("010-12345678", "零幺零，幺二三四五六七八"),
        ("9:00至18:05", "九点至十八点零五分"),
        ("利率3.85%", "利率百分之三点八五"),
        ("2024年10月1日", "二零二四年十月一日"),
        ("10000元", "一万元"),
        ("24小时", "二十四小时"),
        ("验证码0731", "验证码零七三一"),
        ("按*键返回，按#返回主菜单", "按星号键返回，按井号键返回主菜单"),
        ("投诉&建议", "投诉和建议"),
    ],
)
def test_figures_and_signs_are_written_out(written: str, spoken: str) -> None:
    assert write_out(written) == spoken
