"""A follow-up question and the turns before it to a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from rag.text import ENGLISH_STOPWORDS, HAN, fold, language_of, simplify
from rag.types import Answer

_NOUNS = {
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

_KIND = {noun: kind for kind, row in _NOUNS.items() for noun in re.split("[ =,]", row)}
_ZH_NOUN = "|".join(sorted((noun for noun in _KIND if not noun.isascii()), key=len, reverse=True))
_EN_NOUN = "|".join(sorted((noun for noun in _KIND if noun.isascii()), key=len, reverse=True))
_SUFFIX = "|".join(noun for noun in _ZH_NOUN.split("|") if len(noun) > 1 and _KIND[noun] in ("org", "thing"))
_ANY_COMPANY = ("公司", "企业", "机构", "company", "firm", "startup", "organisation", "organization")
_PLACE = (
    "粤港澳大湾区|大湾区|香港|澳门|深圳|广州|珠海|东莞|前海|横琴|北京|上海|天津|重庆|杭州|南京|苏州|成都|武汉|西安"
    "|厦门|台北|台湾|广东|浙江|江苏|中国|内地|美国|英国|法国|德国|日本|东京|韩国|首尔|新加坡|印度|泰国|越南|澳大利亚"
    "|加拿大|欧洲|亚洲|非洲|纽约|伦敦|巴黎|柏林|硅谷|hong kong|maca[ou]|shenzhen|guangzhou|zhuhai|beijing|shanghai"
    "|qianhai|taiwan|(?:mainland )?china|guangdong|greater bay area|singapore|malaysia|thailand|india|vietnam|japan"
    "|(?:south )?korea|seoul|USA?|united states|america|california|new york|london|paris|berlin|UK|britain"
    "|france|germany|italy|spain|canada|australia|russia|brazil|africa|europe|asia|silicon valley|san francisco"
)
_SURNAME = (
    "(?:欧阳|司马|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁马方任袁柳史唐薛雷贺汤"
    "罗毕安傅康余顾孟黄萧肖尹姚邵汪毛戴宋庞熊纪董梁杜阮贾江童郭梅林钟徐邱高夏蔡田胡霍万卢莫丁邓洪石崔程陆段侯刘叶黎赖谭廖曾关])"
)
_NO_NAME = "|".join(sorted(ENGLISH_STOPWORDS)) + (
    "|tell|give|list|name|explain|describe|compare|yes|based|founded|since|january|february|march|april|june|july|august"
    "|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|c[efto]o|founder|chairman|president"
    "|director|professor|mrs?|ms|dr|prof|chinese|english|american|asian|usd|hkd|rmb|ipo|gdp|q[1-4]|ai|it|5g|api|however"
)
_VERB = (
    "成立|创立|创办|推出|发布|加入|收购|支持|签署|宣布|启动|设立|负责|参与|参加|获得|来自|根据|位于|包括|成为|上市|举行"
    "|举办|公布|表示|指出|认为|提供|属于|担任|出任|正式|合作|开始|营运|运营|入驻|结束|出版|发生|开业|生效|投产|申请|使用|提出"
)
_ROLE = (
    "(?:联合)?创始人|创办人|董事长|首席执行官|总裁|总经理|(?:执行)?总监|行长|主任|主席|校长|市长|作者|导演|C[EFTO]O"
    r"|\b(?:founder|chairman|president|director|author)s?\b"
)
_MEASURE = r"净?利润|营收|收入|市值|股价|人口|面积|预算|\b(?:revenue|profit|income|sales|population|area|budget)\b"
_PART = f"{_ROLE}|{_MEASURE}|总部|员工|规模|客户|产品|业务|目标|办公室|地址|成员|优势|缺点|作用|价格|成本|原因|费用"
_TIME = (
    r"(?:19|20)\d\d年(?:\d\d?月)?|[去今明前]年|\b(?:19|20)\d\d\b(?!年)|\b(?:last|this|next) (?:year|month|quarter)\b"
)
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)\b"

_WORD = (
    rf"(?!(?i:(?:{_NO_NAME})(?![A-Za-z0-9&-])))(?:[A-ZÀ-Þ]|[a-z]{{1,2}}(?=[A-Z]))"
    r"(?:[A-Za-zÀ-ɏ0-9&-]|['’](?!s\b)(?=[A-Za-z])|\.(?=[A-Za-z0-9]))*"
)
_LATIN = re.compile(
    rf"(?<![A-Za-z])(?:{_WORD}(?:\s(?:of (?:the )?|AI )?{_WORD})*(?:\s?(?:{_SUFFIX}))?"
    rf"|(?!(?:{_NO_NAME})\b)[a-z][a-z0-9.-]{{2,}}(?=\s?[{HAN}]))"
)
_QUOTED = re.compile(rf"[“「『《][^“”「」『』《》\n]{{1,24}}[”」』》](?:\s?(?:{_SUFFIX}))?")
_CUT = re.compile(
    rf"[^{HAN}]|[的是在由于和与及以被把对从了将也而并称说等其该这那哪谁吗呢吧几每做何怎]|有(?!限)|多少|(?<!华)为|什么|{_VERB}|$"
)
_PHRASE = re.compile(
    "(?:[一两二三四五六七八九十]?[家个间所项名](?!乐|园)|目前|现在|当时|请问|介绍一下|最大)*+"
    rf"(?P<n>[{HAN}]{{1,16}}(?:{_SUFFIX}|(?<![总全内外签格布结])[部局署]$))"
)
_COMMON = re.compile(
    "(?:初创|科技|人工智能|大型|互联网|金融|外国|本地|许多|其他|研究|创业|投资|私人|跨国|国际|相关|主要|数据|医疗|教育"
    f"|政府|[新大小母子分总云整本我你贵们])*(?:{_ZH_NOUN})?|{_PART}"
)
_PERSON = re.compile(
    rf"(?:^|[^{HAN}]|{_ROLE}|[的是由与和为让请])(?P<n>{_SURNAME}[{HAN}]{{1,2}}?)"
    rf"(?={_ROLE}|先生|女士|教授|表示|说|指出|认为|称|担任|出任|是谁|出生|毕业)"
    rf"|(?:{_ROLE}|教授|[局部院会]长|记者|经理|总统|总理)[是为：:]?\s?(?P<m>{_SURNAME}[{HAN}]{{1,2}})"
    rf"(?=[^{HAN}]|$|[的是在由于和与及以被对从了曾则也将])"
)
_TITLED = re.compile(r"(?:Mrs?|Ms|Dr|Prof|Professor|C[EFTO]O|[Pp]resident|[Cc]hairman|[Dd]irector|[Ff]ounder)\.?\s$")
_SPEAKS = re.compile(
    r"\s?(?:said|says|told|先生|女士|教授|博士|表示|说|是谁)|, (?:the )?(?:chief|chair|director|founder|C.O)"
)
_SUBJECT = re.compile(
    r"\W*(?:请问|那么|介绍一下|介绍|说说|谈谈|关于)*(?P<n>(?![怎什哪谁几多有是在请从对最每当这那该其它他她我你第因由被但而去今"
    rf"明目现一为如])[{HAN}]{{2,12}}?)(?=[的是在有于何什哪由能会和与及被将已了做说降升涨跌获最从对叫还到几卖买赢输]|多少"
    rf"|(?<!华)为|如何|怎|可以|现在|目前|{_TIME}|{_VERB}|{_PART}|\d)"
    rf"|.*(?:介绍一下|介绍|说说|谈谈|讲讲|什么是|谁是|谁.{{1,3}}了)(?P<m>[{HAN}]{{2,12}}?)[？?。！]*$"
    r"|(?i:(?:(?:what|who)(?:'s| is| are| was| were)|tell me about) (?P<d>(?:an? |the )?[\w-]+(?: [\w-]+){0,4})[?.!]*$)"
)
_REFERENCE = re.compile(
    r"(?:(?<!应)(?:该|此次?|这)一?[家个间所项份座款位种部届次场篇本]?|那[家个间所项份座款位种届次场篇本])"
    rf"(?P<zh>{_ZH_NOUN})(?![工民口才员类们])|(?P<zhits>(?<![尤极与何耳])其(?![他她它实次余间后前时妙]))"
    r"|(?<![其吉维犹排利])[他她](?![人国乡山])们?|(?<!其)它们?|(?P<zhplace>这里|那里|这边|那边|当地)"
    rf"|(?i:\b(?P<det>this|that|the)\s+(?P<en>{_EN_NOUN})\b)(?!-|\s+(?:of|called|named|that|which|who|with|[A-Z]))"
    r"|(?i:\b(?P<one>the (?:first|second|third|last|next|latest)) one\b)"
    r"|(?i:\b(?P<whose>its|their|his|her(?=\s(?!(?:in|at|to|for|and|or|as|with|from|on|about|after|before)\b)[a-z]))\b)"
    r"|(?i:\b(?P<word>it|they|them|he|she|him|her)\b(?P<be>['’](?:s|re)\b)?)"
    r"|(?i:(?<!\bis )(?<!\bare )(?<!\bwas )(?<!were )(?<!be )\b(?P<place>(?:(?:from|over|near|around|in) )?)there\b)"
    r"(?!['’]s| (?:is|are|was|were|will|has)\b)"
)
_TIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "it": (("org", "thing", "name"), ("place",)),
    "they": (("many", "org", "thing", "name"), ("person",)),
    "topic": (("org", "thing", "name"), ("person", "place")),
    "org": (("org", "name"),),
    "thing": (("thing",), ("name",), ("org",)),
    "person": (("person",), ("name",)),
    "place": (("place",),),
    "there": (("place",), ("org", "thing", "name")),
}
"""The kinds of name a reference may mean, best first. A "name" is of no known kind; "A and B" are "many"."""

_SINGULAR = {"do ": "does ", "are ": "is ", "were ": "was ", "have ": "has "}
_SINGULAR |= {plural.title(): singular.title() for plural, singular in _SINGULAR.items()}
_EXPLETIVE = re.compile(
    r"(?i)\bwhat (?:time|day|date|year) (?:is|was) it\b|\bit (?:seems?|appears?|turns out|rains?|is \w+ (?:that|to))\b"
    r"|\b(?:is|was|will|would) it (?:be |not |still )?(?:raining|(?:possible|necessary|legal|illegal|important|likely"
    r"|good|bad|better|best|common|normal|known) (?:that|to|if|when|for .* to)|true \w|worth \w+ing"
    r"|(?:easy|hard|difficult|safe) to \w+ \w)|\bmakes? it \w+ (?:to|for)\b"
    r"|\b(?:does|did|will|would|can) it (?:\w+ly )?(?:take|cost|matter)\b.* (?:to|for|if|whether)\b"
)
_BREAK = re.compile(r"[,;，；。]|\b(?:and|but|or|when|while|where|because|if|that|before|after)\b|而|并|且|时|后")
_GENERIC = re.compile(
    r"(?i)\b(?:do|does|did|can|could|will|would|should|must) (?:(?:an?|every|each) \w|(?:many |all )?(?:\w+ )?\w+s\b)"
    r"(?!.*\b(?:think|say|feel))|^[^它他她其]{2,6}(?:应该|必须|如何|怎么|怎样|为什么)"
)
_ADVERB = "什么时候|何时|几时|哪一?年|为什么|为何|在?哪[里儿]|在?何[处地]|如何|怎么|怎样|由谁"
_ASKED = re.compile(
    f"那?么?[，,]?(?P<zh>(?:{_ADVERB}|[从到由跟和]?谁|哪[家个些]|什么|多少|几|多[久大长高])[做办钱人家个次年天岁]?)[的呢啊]?[？?。]*$"
    r"|(?i:(?:(?:and|but|so|or)\b[, ]*)?(?P<en>(?:(?:since|until|by|from|for|to|with|at) )?(?:when|where|why|whom?|what"
    rf"|which|how(?: (?:many|much|long|often|far|big|old))?)\b(?: (?!{_AUX}|to\b)[a-z-]+){{0,2}})\s*[?.!]*$)"
)
_ELEMENT = "(?![那家个些里边是就也还我你不])[^谁什几哪吗怎何多？?，,。]{1,20}?"
_ABOUT = re.compile(
    f"(?:那么?[，,]?)?(?P<x>{_ELEMENT})呢[？?。！]*$|那么?[，,]?(?P<y>{_ELEMENT})(?:怎么样|如何)?[？?]+$"
    r"|(?i:(?:(?:and|but|so|or) )?(?:what|how) about (?P<c>[^?]+?)[?.!]*$|(?P<e>(?:in|at|for|from) [^?]{1,30}?)\?+$"
    rf"|(?:and|but|or) (?P<d>(?!wh|how|{_AUX})[^?]{{1,40}}?)\?+$)"
)
_LEFT_OUT = re.compile(
    rf"(?:那么?)?(?P<n>(?:一共|目前|设)?有(?:多少|几[家个名]?|哪些)[{HAN}]{{0,4}}[？?]*$|在哪|位于|由[谁哪]|叫什么|属于"
    rf"|是(?:什么时候|哪|由谁|谁|何时)|(?:{_ADVERB})(?:{_VERB})|(?:{_PART})(?:是|在|有|为|叫)?(?:谁|什么|哪|多少|几|何))"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was put to the documents, and the text shown for it; "" for a refusal."""

    question: str
    answer: str

    @classmethod
    def of(cls, answer: Answer) -> Turn:
        """The turn that an answer ended: what follow-ups may refer to is in the words it quoted."""
        return cls(answer.question, " ".join(citation.quote for citation in answer.citations))


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    kind: str
    start: int
    end: int


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question with its references replaced by the names they mean; unchanged where it has none.

    ``history`` is oldest first, its questions already stand alone. A reference that no earlier turn explains stays.
    """
    turns = [_topics(turn) for turn in reversed(history)]
    if not history:
        return question
    resolved = _resolve(question, turns)
    if resolved == question:
        return _complete(question, history[-1].question, turns)
    tie = re.match("(?i:and|but|so)[, ]+|那么?[，,]?(?![时年天次些一家个种])", _plain(resolved))
    rest = resolved[tie.end() :] if tie else resolved
    return rest[0].upper() + rest[1:] if resolved[0].isupper() else rest


def _resolve(question: str, turns: list[list[_Name]]) -> str:
    """Replace references from left to right; a later one to the same name is then bound by the first."""
    position = 0
    while match := _REFERENCE.search(_plain(question), position):
        position = match.end()
        before, after = question[: match.start()], question[match.end() :]
        noun = (match["zh"] or match["en"] or "").lower()
        kind = _KIND[noun] if noun else _referent(match)
        topic = _pick(turns, kind, question, noun, only_same=(match["det"] or "").lower() == "the")
        if topic and not _is_literal(match) and not _is_bound(match, kind):
            if kind == "they" and match["word"] and topic.kind != "many":
                before = re.sub(r"\b(?:[Dd]o|[Aa]re|[Ww]ere|[Hh]ave) $", lambda found: _SINGULAR[found[0]], before)
            question = _join(before, _render(match, topic), after)
            position = len(question) - len(after)
    return question


def _referent(match: re.Match[str]) -> str:
    """The row of ``_TIERS`` for a reference without a noun."""
    if match["zhplace"] or match["place"] is not None:
        return "there"
    if match["one"] or re.match(r"its?\b|[它其]$", match.group().lower()):
        return "it"
    return "they" if re.match("(?i)the|.们", match.group()) else "person"


def _render(match: re.Match[str], topic: _Name) -> str:
    name, after = topic.text, match.string[match.end() :]
    if match["zhits"]:
        return name if _CUT.match(after) or after.startswith("中") else f"{name}的"
    if match["place"] is not None:
        return (match["place"] or "in ") + name
    if match["en"] and name.lower().endswith(f" {match['en'].lower()}"):
        return f"the {name}"
    return (
        f"{match['one']} {name}" if match["one"] else name + ("'s" if match["whose"] else " is" if match["be"] else "")
    )


def _is_literal(match: re.Match[str]) -> bool:
    """Whether the word refers to nothing: an acronym (IT), part of a title, or the "it" of "is it true that"."""
    before = match.string[: match.start()]
    quoted = any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "「」"))
    expletive = any(found.start() <= match.start() < found.end() for found in _EXPLETIVE.finditer(match.string))
    return quoted or expletive or (len(match.group()) > 1 and match.group().isupper())


def _is_bound(match: re.Match[str], kind: str) -> bool:
    """Whether the reference means something said earlier in the question itself.

    An object ("did Huawei buy it") never means the subject of its own clause; a possessive or a later clause may.
    """
    before = match.string[: match.start()]
    owns = bool(match["whose"] or match["zhits"]) or match.string.startswith("的", match.end())
    kinds = {*_TIERS[kind][0], "name", "person" if kind == "they" else kind}
    named = any(name.kind in kinds and (owns or _BREAK.search(before, name.end)) for name in _names(before))
    return named or bool((owns or _BREAK.search(before)) and _GENERIC.search(before))


def _pick(turns: list[list[_Name]], kind: str, question: str, noun: str = "", only_same: bool = False) -> _Name | None:
    """The latest name of the best fitting kind that the question does not say itself."""
    asked = fold(question)
    free = [[name for name in names if fold(name.text) not in asked] for names in turns]
    if noun and noun not in _ANY_COMPANY:
        group = next(group for row in _NOUNS.values() for group in row.split() if noun in re.split("[=,]", group))
        same = next((name for name in chain(*free) if fold(name.text).endswith(tuple(re.split("[=,]", group)))), None)
        if same or only_same:
            return same
    pairs = [(names, tier) for names in free for tier in _TIERS[kind]]
    if kind not in ("it", "they", "topic"):
        pairs.sort(key=lambda pair: _TIERS[kind].index(pair[1]))
    return next((name for names, tier in pairs for name in names if name.kind in tier), None)


def _complete(question: str, previous: str, turns: list[list[_Name]]) -> str:
    """An elliptical question ("那深圳呢？", "When?") with what it leaves out."""
    topic, plain = _pick(turns, "topic", question), _plain(question)
    if (about := _ABOUT.match(plain)) and about.lastgroup:
        return _swap(question[slice(*about.span(about.lastgroup))], question, previous, topic.text if topic else "")
    if not topic or _names(question):
        return question
    if asked := _ASKED.match(plain):
        return _ask(question[slice(*asked.span(asked.lastgroup or 0))], previous, topic.text)
    rest = _LEFT_OUT.match(plain)
    return _join("", topic.text, question[rest.start("n") :]) if rest else question


def _ask(word: str, previous: str, topic: str) -> str:
    """A bare question word asked of the previous question's predicate where that is clear, else of its topic."""
    was, chinese = _plain(previous), language_of(word) == "zh"
    if chinese and re.fullmatch(_ADVERB, _plain(word)):
        adverb, yes_no = re.search(f"{_ADVERB}|^谁(?!是)", was), re.match("(.+?)了?吗", was)
        if adverb and re.match(f".*(?:{_VERB})", was[adverb.end() :]):
            return _join(previous[: adverb.start()], word, previous[adverb.end() :])
        if yes_no and previous.startswith(topic) and not ("在" in was and "哪" in word):
            return _join(topic, word, previous[len(topic) : yes_no.end(1)] + "？")
    clause = re.match(rf"(?i:(?:when|where|why|how) (?=(?:do|did|does|can|will)\b))?((?i:{_AUX}).+)", previous)
    if clause and re.fullmatch("(?i)(?:since |until )?when|where|why|how(?: often| long)?", word):
        return f"{word.capitalize()} {clause[1][0].lower()}{clause[1][1:]}"
    about = "关于" if simplify(word + previous) == word + previous else "關於"
    return f"{about}{topic}：{word}？" if chinese else f"About {topic}: {word.lower()}?"


def _swap(element: str, question: str, previous: str, topic: str) -> str:
    """The previous question about another year, name or quantity; where that is unclear, about the topic's element."""
    new = re.sub("(?i)^(?:(?:the )?(?:ones? )?(?:in|at|from|on|during|by|for) |the |[在对])", "", element)
    plain, was, names, chinese = _plain(new), _plain(previous), _names(new), language_of(previous) == "zh"
    if not names and language_of(new) == "zh" and not re.search(f"(?:{_PART}|{_TIME})$", plain):
        names = [_Name(new, "name", 0, len(new))]
    likes = [like for like in (_TIME, _ROLE, _MEASURE) if re.fullmatch(like, plain)]
    spans = [match.span() for like in likes for match in re.finditer(like, was)]
    if names and names[0].text == new:
        others = {"place": ("place",), "person": ("person", "name")}.get(
            names[0].kind, ("name", "org", "thing", "place", "person")
        )
        said = [name for name in _names(previous) if name.kind in others]
        spans = [(name.start, name.end) for name in sorted(said, key=lambda name: name.kind != names[0].kind)]
    if _TIME in likes:
        new = f"{new}年" if chinese and new.isdigit() else re.sub(r"^(\d{4})年$", r"\1", new) if not chinese else new
    if spans:
        swapped = _join(previous[: spans[0][0]], new, previous[spans[0][1] :])
        return re.sub("(?i)in (?=(?:last|this|next) )", "", swapped)
    if _TIME in likes or (names and names[0].text == new and names[0].kind == "place"):
        if chinese:
            return _join("", new, previous) if likes else f"在{new}，{previous}"
        return f"{previous.rstrip(' ?')} {'' if likes and ' ' in new else 'in '}{new}?"
    if names or not topic or len(element.split()) > 3:
        return question
    return f"{topic}的{new}呢？" if language_of(question) == "zh" else f"What about {topic}'s {new}?"


def _topics(turn: Turn) -> list[_Name]:
    """The names of a turn, most salient first: the question's, then the answer's; "who" and "where" say their kind."""
    asked, said = _names(turn.question), _names(turn.answer[:600])
    where, who = (
        re.search("^Where|在哪", _plain(turn.question)),
        re.search(r"(?i:\bwho(?:m|se)?\b)|[谁誰]", turn.question),
    )
    name = f"{_SURNAME}[{HAN}]{{1,2}}" if who else f"[{HAN}]{{2,8}}"
    if (who or where) and not said and (whole := re.match(f"({name})[。.]?$", _plain(turn.answer))):
        said = [_Name(turn.answer[: whole.end(1)], "name", 0, whole.end(1))]
    for i, new in enumerate(said):
        if (where or who) and new.kind == "name" and new.text not in turn.question:
            said[i] = replace(new, kind="person" if who else "place")
    both = [
        _Name(text[left.start : right.end], "many", left.start, right.end)
        for text, names in ((turn.question, asked), (turn.answer, said))
        for left, right in pairwise(names)
        if left.kind == right.kind and re.fullmatch(r"\s?(?:and|和|与|與|及|、|&)\s?", text[left.end : right.start])
    ]
    return [*both, *asked, *said]


def _names(text: str) -> list[_Name]:
    """The names in a text, in order, except that in "Huawei's HarmonyOS" and 阿里的“智慧医疗” the owned comes first."""
    plain = _plain(text)
    found: list[_Name] = []
    for start, end in _spans(plain):
        if all(end <= name.start or name.end <= start for name in found):
            found.append(_Name(text[start:end], _kind(plain, start, end), start, end))
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
    for cut in _CUT.finditer(plain):
        phrase = _PHRASE.match(plain[start : cut.start()])
        if phrase and not _COMMON.fullmatch(phrase["n"]):
            yield start + phrase.start("n"), start + phrase.end("n")
        start = cut.end()
    subject = _SUBJECT.match(plain)
    while subject and subject.lastgroup and not _COMMON.fullmatch(subject[subject.lastgroup]):
        yield subject.span(subject.lastgroup)
        subject = _SUBJECT.match(plain, subject.end() + 1) if re.match("[和与及]", plain[subject.end() :]) else None
    yield from (match.span() for match in re.finditer(rf"(?<![A-Za-z])(?:{_PLACE})(?![A-Za-z])", plain))


def _kind(plain: str, start: int, end: int) -> str:
    name, before = plain[start:end].strip("《》“”「」『』"), plain[:start]
    who = re.search("(?:Who(?: is|'s| was) |谁是)$", before) and re.match("[?？]*$", plain[end:])
    people = (match.span(match.lastgroup or 0) for match in _PERSON.finditer(plain))
    if who or _TITLED.search(before) or _SPEAKS.match(plain, end) or (start, end) in people:
        return "person"
    if noun := re.search(
        rf"(?:{_ZH_NOUN})$|\b(?i:{_EN_NOUN})\.?$|^(?:University|Bank|Ministry|Institute)(?= of )", name
    ):
        return _KIND[noun.group().lower().rstrip(".")]
    return "place" if re.fullmatch(_PLACE, name, re.I) else "thing" if plain[start] == "《" else "name"


def _plain(text: str) -> str:
    """Simplified, one character for one, so that offsets stay true; a lone surrogate becomes "?"."""
    return simplify(text.encode("utf-8", "replace").decode())


def _join(before: str, name: str, after: str) -> str:
    """The three in a row, with a space where two Latin words would touch."""
    return re.sub(r"(?<=[A-Za-z0-9])\0(?=[A-Za-z0-9])", " ", f"{before}\0{name}\0{after}").replace("\0", "")
