"""Finds the names in a Chinese or English text, and the kind of thing each names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.text import ENGLISH_STOPWORDS, HAN, language_of, simplify
from rag.values.places import PLACE

NameKind = Literal["person", "org", "thing", "place", "name", "many"]
"""A "name" is of no known kind; "A and B" are "many"."""

_NOUNS: dict[NameKind, str] = {
    "org": "公司=company,firm,inc,ltd,limited,corp 企业=enterprise,startup 集团=group,holdings 银行=bank 团队=team"
    " 机构=organisation,organization,institution,agency 中心=centre,center 实验室=lab,laboratory 政府=government 研究院"
    " 大学=university 学院=college,school,institute 协会=association 医院=hospital 交易所=exchange 法院=court 研究所"
    " 委员会=commission,committee,council 基金会=foundation 局=authority,bureau,office 署=department 部=ministry",
    "thing": "平台=platform 项目=project 协议=agreement,treaty 论坛=forum 计划=plan,programme,program,scheme 法案=act"
    " 基金=fund 蓝图=blueprint 报告=report,survey 条例=ordinance,regulation 峰会=summit 大会=conference 会议=meeting"
    " 系统=system 模型=model 产品=product 论文=paper 研究=study 指数=index 政策=policy 大桥=bridge 数据集=dataset"
    " 电影=film,movie 小说=novel 书=book 技术=technology 方法=method 算法=algorithm",
    "place": "城市=city 国家=country 地区=region,district 省份=province 地方=place",
    "person": "人=person,man,woman 先生 女士 博士 教授=professor 作者=author 总监=director 主席=chairman",
}
"""Nouns that end a name and say its kind, each with its English; also what 这家… and "that …" are followed by."""

KIND = {noun: kind for kind, row in _NOUNS.items() for noun in re.split("[ =,]", row)}
"""Each noun's kind."""
ZH_NOUN = "|".join(sorted((noun for noun in KIND if not noun.isascii()), key=len, reverse=True))
EN_NOUN = "|".join(sorted((noun for noun in KIND if noun.isascii()), key=len, reverse=True))
_SUFFIX = "|".join(noun for noun in ZH_NOUN.split("|") if len(noun) > 1 and KIND[noun] in ("org", "thing"))
PLACE_NAME = (
    f"粤港澳大湾区|{PLACE}|横琴|苏州|厦门|浙江|江苏|中国|内地|首尔|亚洲|柏林|硅谷|(?:mainland )?china|south korea|seoul"
    "|US|california|berlin|italy|spain|brazil|asia|silicon valley|san francisco"
)
SURNAME = (
    "(?:欧阳|司马|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁马方任袁柳史唐薛雷贺汤"
    "罗毕安傅康余顾孟黄萧肖尹姚邵汪毛戴宋庞熊纪董梁杜阮贾江童郭梅林钟徐邱高夏蔡田胡霍万卢莫丁邓洪石崔程陆段侯刘叶黎赖谭廖曾关])"
)
_NO_NAME = "|".join(sorted(ENGLISH_STOPWORDS)) + (
    "|tell|give|list|name|explain|describe|compare|yes|based|founded|since|january|february|march|april|june|july|august"
    "|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|c[efto]o|founder|chairman|president"
    "|director|professor|mrs?|ms|dr|prof|chinese|english|american|asian|usd|hkd|rmb|ipo|gdp|q[1-4]|ai|it|5g|api|however"
)
VERB = (
    "成立|创立|创办|推出|发布|加入|收购|支持|签署|宣布|启动|设立|负责|参与|参加|获得|来自|根据|位于|包括|成为|上市|举行"
    "|举办|公布|表示|指出|认为|提供|属于|担任|出任|正式|合作|开始|营运|运营|入驻|结束|出版|发生|开业|生效|投产|申请|使用|提出|签订|签约|耗资|花费"
)
ROLE = (
    rf"(?:联合)?创始人|创办人|董事长|首席[{HAN}]{{2,3}}官|总裁|总经理|(?:执行)?总监|行长|主任|主席|校长|市长|作者|导演|C[EFTO]O"
    r"|\b(?:founder|chairman|president|director|author)s?\b"
)
MEASURE = r"净?利润|营收|收入|市值|股价|人口|面积|预算|\b(?:revenue|profit|income|sales|population|area|budget)\b"
PART = f"{ROLE}|{MEASURE}|总部|员工|规模|客户|产品|业务|目标|办公室|地址|成员|优势|缺点|作用|价格|成本|原因|费用"
TIME = r"(?:19|20)\d\d年(?:\d\d?月)?|[去今明前]年|\b(?:19|20)\d\d\b(?!年)|\b(?:last|this|next) (?:year|month|quarter)\b"
_WORD = (
    rf"(?!(?i:(?:{_NO_NAME})(?![A-Za-z0-9&-])))(?:[A-ZÀ-Þ]|[a-z]{{1,2}}(?=[A-Z]))"
    r"(?:[A-Za-zÀ-ɏ0-9&-]|['’](?!s\b)(?=[A-Za-z])|\.(?=[A-Za-z0-9]))*"
)
_LATIN = re.compile(
    rf"(?<![A-Za-z])(?:{_WORD}(?:\s(?:of (?:the )?|AI )?{_WORD})*(?:\s?(?:{_SUFFIX}))?"
    rf"|(?!(?:{_NO_NAME})\b)[a-z][a-z0-9.-]{{2,}}(?=\s?[{HAN}]))"
)
_QUOTED = re.compile(rf"[“「『《][^“”「」『』《》\n]{{1,24}}[”」』》](?:\s?(?:{_SUFFIX}))?")
CUT = re.compile(
    rf"[^{HAN}]|[的是在由于和与及以被把对从了将也而并称说等其该这那哪谁吗呢吧几每做何怎]|有(?!限)|多少|(?<!华)为|什么|{VERB}|$"
)
_PHRASE = re.compile(
    "(?:[一两二三四五六七八九十]?[家个间所项名](?!乐|园)|目前|现在|当时|请问|介绍一下|最大)*+"
    rf"(?P<n>[{HAN}]{{1,16}}(?:{_SUFFIX}|(?<![总全内外签格布结])[部局署]$))"
)
_COMMON = re.compile(
    "(?:初创|科技|人工智能|大型|互联网|金融|外国|本地|许多|其他|研究|创业|投资|私人|跨国|国际|相关|主要|数据|医疗|教育"
    f"|政府|[新大小母子分总云整本我你贵们])*(?:{ZH_NOUN})?|{PART}"
)
_PERSON = re.compile(
    rf"(?:^|[^{HAN}]|{ROLE}|[的是由与和为让请])(?P<n>{SURNAME}[{HAN}]{{1,2}}?)"
    rf"(?={ROLE}|先生|女士|教授|表示|说|指出|认为|称|担任|出任|是谁|出生|毕业|早年|曾|介绍|透露|补充|强调|坦言|回忆)"
    rf"|(?:{ROLE}|教授|[局部院会]长|记者|经理|总统|总理)[是为：:]?\s?(?P<m>{SURNAME}[{HAN}]{{1,2}})"
    rf"(?=[^{HAN}]|$|[的是在由于和与及以被对从了曾则也将])"
)
_TITLED = re.compile(r"(?:Mrs?|Ms|Dr|Prof|Professor|C[EFTO]O|[Pp]resident|[Cc]hairman|[Dd]irector|[Ff]ounder)\.?\s$")
_SPEAKS = re.compile(
    r"\s?(?:said|says|told|先生|女士|教授|博士|表示|说|是谁)|, (?:the )?(?:chief|chair|director|founder|C.O)"
)
_SUBJECT = re.compile(
    r"\W*(?:请问|那么|介绍一下|介绍|说说|谈谈|关于)*(?P<n>(?![怎什哪谁几多有是在请从对最每当这那该其它他她我你第因由被但而去今"
    rf"明目现一为如])[{HAN}]{{2,12}}?)(?=[的是在有于何什哪由能会和与及被将已了做说降升涨跌获最从对叫还到几卖买赢输]|多少"
    rf"|(?<!华)为|如何|怎|可以|现在|目前|{TIME}|{VERB}|{PART}|\d)"
    rf"|.*(?:介绍一下|介绍|说说|谈谈|讲讲|什么是|谁是|谁.{{1,3}}了)(?P<m>[{HAN}]{{2,12}}?)[？?。！]*$"
    r"|(?i:(?:(?:what|who)(?:'s| is| are| was| were)|tell me about) (?P<d>(?:an? |the )?[\w-]+(?: [\w-]+){0,4})[?.!]*$)"
)
_PHRASE_END = re.compile(
    r"['’]s\b|\W*$|[.,;:!?)]|\s(?:[a-z]+(?:ed|wn)|built|held|made|sold|set|found|of|in|on|at|for|to|from|by|with|and|or"
    r"|is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|must|may)\b"
)
"""What follows a name that ends its noun phrase."""
_INVERTED = re.compile(r"(?i)\b(?:do|does|did|can|could|will|would|should|must|may) the $")
_VERB_NEXT = re.compile(rf"\s(?!(?:{EN_NOUN})s?\b)[a-z]+\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in ``text[start:end]``."""

    text: str
    kind: NameKind
    start: int
    end: int
    article: str = ""
    """"the " where the text says it before a name of no known kind; "" otherwise."""


def names_in(text: str) -> list[Name]:
    """The names in a text, in order, except that in "Huawei's HarmonyOS" and 阿里的“智慧医疗” the owned comes first."""
    plain = simplified(text)
    found: list[Name] = []
    for start, end in _spans(plain):
        if all(end <= name.start or name.end <= start for name in found):
            kind = _kind(plain, start, end)
            article = "the " if kind == "name" and _has_article(plain, start, end) else ""
            found.append(Name(text[start:end], kind, start, end, article))
    found.sort(key=lambda name: name.start)
    for i, (owner, owned) in enumerate(pairwise(tuple(found))):
        if re.fullmatch(r"['’]s |的", plain[owner.end : owned.start]) and owned.kind != "person":
            found[i : i + 2] = owned, owner
    return found


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    """Where names may stand, surest first: quoted, capitalised, people, phrases by their noun, subjects, places."""
    yield from (match.span() for match in _QUOTED.finditer(plain))
    for match in _LATIN.finditer(plain):
        before, after = plain[: match.start()], plain[match.end() :]
        opens = re.fullmatch("[A-Z][a-z]+", match.group()) and re.search(r"(?:^|[.!?\n]\s*)$", before)
        if not opens or _TITLED.search(before) or re.match(rf"['’]s\b|[?？.]?\s*$|\s?[{HAN}]|\s(?:said|says)\b", after):
            yield match.span()
    yield from (match.span(match.lastgroup or 0) for match in _PERSON.finditer(plain))
    start = 0
    for cut in CUT.finditer(plain):
        phrase = _PHRASE.match(plain[start : cut.start()])
        if phrase and not _COMMON.fullmatch(phrase["n"]):
            yield start + phrase.start("n"), start + phrase.end("n")
        start = cut.end()
    subject = _SUBJECT.match(plain)
    while subject and subject.lastgroup and not _COMMON.fullmatch(subject[subject.lastgroup]):
        yield subject.span(subject.lastgroup)
        subject = _SUBJECT.match(plain, subject.end() + 1) if re.match("[和与及]", plain[subject.end() :]) else None
    yield from (match.span() for match in re.finditer(rf"(?<![A-Za-z])(?:{PLACE_NAME})(?![A-Za-z])", plain))


def _has_article(plain: str, start: int, end: int) -> bool:
    """Whether a "the" before the name is its own: "the Harbour Tunnel", but not that of "the Huawei phone"."""
    before = plain[:start]
    alone = _PHRASE_END.match(plain, end) or (_INVERTED.search(before) and _VERB_NEXT.match(plain, end))
    return bool(alone and re.search(r"(?i)\bthe $", before) and plain[start].isupper())


def _kind(plain: str, start: int, end: int) -> NameKind:
    name, before = plain[start:end].strip("《》“”「」『』"), plain[:start]
    who = re.search("(?:Who(?: is|'s| was) |谁是)$", before) and re.match("[?？]*$", plain[end:])
    people = (match.span(match.lastgroup or 0) for match in _PERSON.finditer(plain))
    if who or _TITLED.search(before) or _SPEAKS.match(plain, end) or (start, end) in people:
        return "person"
    if noun := re.search(rf"(?:{ZH_NOUN})$|\b(?i:{EN_NOUN})\.?$|^(?:University|Bank|Ministry|Institute)(?= of )", name):
        return KIND[noun.group().lower().rstrip(".")]
    return "place" if re.fullmatch(PLACE_NAME, name, re.I) else "thing" if plain[start] == "《" else "name"


def forms_of(noun: str) -> tuple[str, ...]:
    """A noun of the lexicon in both languages, synonyms included."""
    return next(forms for row in _NOUNS.values() for forms in _forms(row) if noun in forms)


def _forms(row: str) -> list[tuple[str, ...]]:
    return [tuple(re.split("[=,]", group)) for group in row.split()]


def simplified(text: str) -> str:
    """Simplified, one character for one, so that offsets stay true; a lone surrogate becomes "?"."""
    return simplify(text.encode("utf-8", "replace").decode())


def called(topic: Name, question: str) -> str:
    """The name as an English question says it: with its article."""
    return topic.article + topic.text if language_of(question) == "en" else topic.text


def joined(before: str, name: str, after: str) -> str:
    """The three in a row, with a space where two Latin words would touch."""
    return re.sub(r"(?<=[A-Za-z0-9])\0(?=[A-Za-z0-9])", " ", f"{before}\0{name}\0{after}").replace("\0", "")
