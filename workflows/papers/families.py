"""Families of sub-types that share a form (domain.md §6): titles and fields as data; one engine lays them out.

A field with a source is filled from the case; one without is a blank to be written in by hand at the window.
"""

from __future__ import annotations

from dataclasses import dataclass

Field = tuple[str, str]
"""Label, and the name of the form field it is filled from or ""."""


@dataclass(frozen=True)
class Family:
    """Sub-types whose forms look alike."""

    codes: tuple[str, ...]
    """Beginnings of sub-type codes; the longest that fits wins."""
    apply_title: str
    approval_title: str
    subject: str
    """What the person concerned is called on the form."""
    fields: tuple[Field, ...]
    """Family fields after the common head, two in a row."""
    request: str
    """Heading of the matter asked for."""


_DETAILS: tuple[Field, ...] = (("性别", ""), ("民族", ""), ("出生日期", ""), ("出生地", ""))
_APPLY, _APPROVE = "户口登记申请表", "户口审批表"

FAMILIES: tuple[Family, ...] = (
    Family(
        ("01",),
        f"{_APPLY}（出生登记）",
        f"{_APPROVE}（出生登记）",
        "新生儿姓名",
        (
            *_DETAILS,
            ("出生医学证明编号", ""),
            ("签发日期", ""),
            ("父亲姓名", ""),
            ("父亲公民身份号码", ""),
            ("母亲姓名", ""),
            ("母亲公民身份号码", ""),
        ),
        "登记随何人落户、住址",
    ),
    Family(
        ("02",),
        f"{_APPLY}（注销户口）",
        f"{_APPROVE}（注销户口）",
        "被注销人姓名",
        (
            ("公民身份号码", ""),
            ("与申请人关系", ""),
            ("死亡（宣告）日期", ""),
            ("证明文书名称及编号", ""),
            ("是否缴销身份证", ""),
            ("是否缴销户口簿", ""),
        ),
        "注销原因",
    ),
    Family(
        ("03",),
        f"{_APPLY}（收养、入籍与回国定居）",
        f"{_APPROVE}（收养、入籍与回国定居）",
        "落户人姓名",
        (*_DETAILS, ("原国籍（地区）", ""), ("证件名称及号码", ""), ("收养人（接收单位）", ""), ("批准文书编号", "")),
        "申请落户的理由",
    ),
    Family(
        ("04",),
        f"{_APPLY}（补登补录恢复）",
        f"{_APPROVE}（补登补录恢复）",
        "补登（录）人姓名",
        (
            *_DETAILS,
            ("原户口所在地", ""),
            ("户口注销（缺失）时间", ""),
            ("知情人一", ""),
            ("知情人二", ""),
            ("父亲姓名", ""),
            ("母亲姓名", ""),
        ),
        "未登记（注销）的经过和理由",
    ),
    Family(
        ("05",),
        f"{_APPLY}（立户分户并户）",
        f"{_APPROVE}（立户分户并户）",
        "户主姓名",
        (
            ("户别", ""),
            ("户号", ""),
            ("房屋权属证明编号", ""),
            ("同户人数", ""),
            ("原户主姓名", ""),
            ("原户主是否同意", ""),
        ),
        "立户、分户或者并户的理由",
    ),
    Family(
        ("06", "0902"),
        f"{_APPLY}（迁入）",
        f"{_APPROVE}（迁入）",
        "迁入人姓名",
        (
            ("公民身份号码", ""),
            ("与申请人关系", ""),
            ("迁出地详址", "before"),
            ("迁入地详址", "after"),
            ("被投靠（接收）人", ""),
            ("被投靠人公民身份号码", ""),
            ("准迁证编号", ""),
            ("随迁人数", ""),
        ),
        "迁入理由",
    ),
    Family(
        ("07",),
        f"{_APPLY}（迁出）",
        f"{_APPROVE}（迁出）",
        "迁出人姓名",
        (
            ("公民身份号码", ""),
            ("与户主关系", ""),
            ("现住址", "before"),
            ("迁往地详址", "after"),
            ("准迁证编号", ""),
            ("随迁人数", ""),
        ),
        "迁出理由",
    ),
    Family(
        ("08",),
        f"{_APPLY}（市内移居）",
        f"{_APPROVE}（市内移居）",
        "移居人姓名",
        (
            ("公民身份号码", ""),
            ("与户主关系", ""),
            ("原住址", "before"),
            ("现住址", "after"),
            ("房屋权属证明编号", ""),
            ("随迁人数", ""),
        ),
        "移居理由",
    ),
    Family(
        ("09",),
        f"{_APPLY}（参军注销）",
        f"{_APPROVE}（参军注销）",
        "入伍人姓名",
        (("公民身份号码", ""), ("入伍通知书编号", ""), ("入伍日期", ""), ("征集机关", "")),
        "注销原因",
    ),
    Family(
        ("10",),
        f"{_APPLY}（出国（境）定居注销）",
        f"{_APPROVE}（出国（境）定居注销）",
        "被注销人姓名",
        (("公民身份号码", ""), ("前往国家（地区）", ""), ("定居证件及号码", ""), ("定居日期", "")),
        "注销原因",
    ),
    Family(
        ("11",),
        f"{_APPLY}（变更更正）",
        f"{_APPROVE}（变更更正）",
        "变更人姓名",
        (
            ("公民身份号码", ""),
            ("变更更正项目", ""),
            ("变更前", "before"),
            ("变更后", "after"),
            ("监护人姓名", ""),
            ("监护关系", ""),
        ),
        "变更更正理由",
    ),
    Family(
        ("12",),
        f"{_APPLY}（户口簿与迁移证件）",
        f"{_APPROVE}（户口簿与迁移证件）",
        "持证人姓名",
        (("证件名称", ""), ("原证件编号", ""), ("补领或者换领", ""), ("原证签发日期", "")),
        "补换领理由",
    ),
    Family(
        ("13",),
        "居民身份证申领登记表",
        "居民身份证审批表",
        "申领人姓名",
        (*_DETAILS, ("申领类别", ""), ("原证有效期限", ""), ("监护人姓名", ""), ("领取方式", "")),
        "申领原因",
    ),
    Family(
        ("14",),
        "居住证申领表",
        "居住证审批表",
        "申领人姓名",
        (
            ("常住户口所在地", "before"),
            ("居住地详址", "after"),
            ("居住事由", ""),
            ("居住起始日期", ""),
            ("就业（就读）单位", ""),
            ("住所类别", ""),
        ),
        "申领理由",
    ),
)


def of(subtype: str) -> Family:
    """The family of a sub-type code. Raises LookupError for a category nobody drew a form for."""
    fitting = [(len(start), family) for family in FAMILIES for start in family.codes if subtype.startswith(start)]
    if not fitting:
        raise LookupError(f"no form for sub-type {subtype}")
    return max(fitting, key=lambda pair: pair[0])[1]
