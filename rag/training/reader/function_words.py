"""The words that carry grammar, in both languages, and irregular English: tables for ``glossary`` and ``switching``."""

from __future__ import annotations

from pathlib import Path


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of "word: one / another / -", where "-" says nothing."""
    rows = (line.partition(":") for line in text.strip().splitlines())
    return {
        word.strip(): tuple("" if option.strip() == "-" else option.strip() for option in options.split("/"))
        for words, _, options in rows
        for word in words.split("|")
    }


TO_ENGLISH = _table(Path(__file__).with_name("to_english.txt").read_text(encoding="utf-8"))
"""Chinese words to what English says for them; "" where it says nothing."""

TO_CHINESE = _table(Path(__file__).with_name("to_chinese.txt").read_text(encoding="utf-8"))
"""English words and short phrases, lower case, to what Chinese says for them; "" where it says nothing."""
TO_CHINESE["us"] = ("我们",)
TO_CHINESE["'s"] = ("的",)

ASKING_CHINESE = {
    "何时何地": "When and where",
    "什么时候": "When", "什么时间": "When", "何时": "When", "哪一年": "What year", "哪年": "What year",
    "哪个时候": "When", "几月": "What month", "哪一天": "What day", "哪天": "What day", "几岁": "How old",
    "多大": "How big", "多长": "How long", "多久": "How long", "多长时间": "How long", "多高": "How high",
    "多远": "How far", "多少年": "How many years", "多少": "How many", "几个": "How many", "几种": "How many kinds",
    "几次": "How many times", "几": "How many", "什么地方": "Where", "哪里": "Where", "哪儿": "Where",
    "何地": "Where", "何处": "Where", "什么样的": "What kind of", "什么样": "What", "什么": "What",
    "何种": "What kind of", "哪种": "Which kind of", "哪一个": "Which", "哪个": "Which", "哪一": "Which",
    "哪些": "Which", "哪几个": "Which", "哪几": "Which", "哪位": "Who", "哪一位": "Who",
    "什么人": "Who", "何人": "Who", "谁": "Who", "哪": "Which", "有哪些": "What are",
    "有什么": "What", "为什么": "Why", "为何": "Why", "为啥": "Why", "如何": "How",
    "怎样": "How", "怎么样": "How", "怎么": "How", "是否": "Whether", "有没有": "Whether",
    "何": "What",
}  # fmt: skip
"""Chinese question words to English ones."""

ASKING_ENGLISH = _table("""
when: 什么时候 / 何时 / 哪一年
who: 谁 / 哪位 / 何人
whom: 谁
whose: 谁的
where: 哪里 / 什么地方 / 何地
what: 什么 / 何
which: 哪个 / 哪些 / 哪一
why: 为什么 / 为何
how: 如何 / 怎么 / 怎样
how many: 多少 / 几个
how much: 多少
how long: 多久 / 多长时间 / 多长
how old: 多大 / 几岁
how often: 多久一次
how far: 多远
how large|how big: 多大
how high|how tall: 多高
what year|which year: 哪一年 / 哪年
what kind of|what type of|what kinds of|what types of: 什么样的 / 哪种 / 什么类型的
what country|which country: 哪个国家
what city|which city: 哪个城市
what century: 哪个世纪
what day: 哪一天
what percentage of|what percent of: 百分之多少的
what is the name of|what was the name of: 什么名字的
""")
"""English question words, lower case, to Chinese ones."""

AUXILIARIES = frozenset("do does did is are was were has have had can could will would should may might must".split())
BE = frozenset("is are was were".split())

PLACE_ENDINGS = {
    "自治区": "Autonomous Region", "省": "Province", "市": "City", "县": "County", "镇": "Town", "乡": "Township",
    "村": "Village", "区": "District", "州": "Prefecture", "山": "Mountain", "河": "River", "江": "River", "湖": "Lake",
    "岛": "Island", "寺": "Temple", "庙": "Temple", "桥": "Bridge", "站": "Station", "路": "Road", "街": "Street",
    "大学": "University", "中学": "Middle School", "小学": "Primary School", "学院": "College", "公园": "Park",
    "王朝": "Dynasty", "朝": "Dynasty", "国": "State", "郡": "County", "港": "Harbor", "线": "Line", "城": "City",
    "族": "people", "语": "language", "教": "religion", "党": "Party", "队": "team", "军": "army", "人": "people",
}  # fmt: skip
"""How the name of a place ends, and what English says for it."""

MEASURES = "个名位只条张件座所家项次种本部艘架辆颗枚支枝首篇幅栋间台门场届套片块头匹棵株根份封句段层"
MEASURE_NAMES = {
    "次": "times", "种": "kinds of", "层": "floors", "场": "matches", "年": "years", "天": "days", "岁": "years old",
    "元": "yuan", "人": "people", "个月": "months", "小时": "hours", "个小时": "hours", "分钟": "minutes",
}  # fmt: skip

USUAL_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔赖龚文詹欧司"
)
"""The first characters of the hundred most usual surnames, roughly."""

SOUNDS_FOREIGN = frozenset(
    "阿艾安奥巴白拜班邦贝本比彼宾波伯勃博布查达丹道德登迪蒂丁顿多厄恩尔法凡范菲费芬佛夫弗福盖冈戈格根哈海汉赫亨胡华霍基吉加杰金卡"
    "凯坎康考柯科克肯库昆拉莱兰朗劳勒雷里理利莉连林琳伦罗洛马玛迈麦曼梅门蒙米密莫姆穆纳娜南内尼妮纽努诺欧帕潘庞佩皮普奇乔切琼撒萨塞桑森"
    "沙莎尚舍圣史士斯丝思苏索塔泰坦汤特提廷图托瓦万威韦维温沃乌西希夏肖谢辛休雅亚扬伊因英尤约赞泽詹珍朱兹佐歇逊瑟茨蕾黛薇露萝鲁埃卡叶别普什茜娅琪蒙摩墨历卓拜切策鲍彻楚茅腓"
)
"""Characters that foreign names are written with (Xinhua's tables of transliteration)."""

_SYLLABLES = """
-: 阿 埃 伊 奥 乌
b: 巴 贝 比 博 布
c: 卡 塞 西 科 库
d: 达 德 迪 多 杜
f: 法 费 菲 福 富
g: 加 格 吉 戈 古
h: 哈 赫 希 霍 胡
j: 贾 杰 吉 乔 朱
k: 卡 克 基 科 库
l: 拉 莱 利 洛 卢
m: 马 梅 米 莫 穆
n: 纳 内 尼 诺 努
p: 帕 佩 皮 波 普
q: 卡 克 基 科 库
r: 拉 雷 里 罗 鲁
s: 萨 塞 西 索 苏
t: 塔 特 蒂 托 图
v: 瓦 维 维 沃 武
w: 瓦 韦 威 沃 伍
x: 夏 谢 希 肖 舒
y: 亚 耶 伊 约 尤
z: 扎 泽 齐 佐 祖
ch: 查 切 奇 乔 丘
sh: 沙 谢 希 肖 舒
th: 萨 特 西 索 图
ph: 法 费 菲 福 富
"""
SYLLABLES = {
    (onset.replace("-", "") + vowel): character
    for onset, _, row in (line.partition(": ") for line in _SYLLABLES.strip().splitlines())
    for vowel, character in zip("aeiou", row.split(), strict=True)
}
"""An English onset with a vowel to the character it is written with in names."""
CODAS = dict(zip("bcdfghklmnprstvxyz", "布克德夫格赫克尔姆恩普尔斯特夫克伊兹", strict=True))

MONTHS = "January February March April May June July August September October November December".split()
ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth".split()

NOUNS = frozenset(
    "child man woman person foot tooth mouse species bacterium criterion phenomenon datum life leaf wolf good bad"
    " virus".split()
)
"""Bases in IRREGULAR that are no verbs."""

IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "was:be were:be is:be are:be been:be had:have has:have did:do done:do went:go gone:go made:make"
        " said:say took:take"
        " taken:take came:come saw:see seen:see knew:know known:know got:get gave:give given:give told:tell felt:feel"
        " became:become left:leave put:put meant:mean kept:keep began:begin begun:begin brought:bring"
        " held:hold wrote:write"
        " written:write stood:stand heard:hear met:meet ran:run paid:pay sat:sit spoke:speak spoken:speak led:lead"
        " grew:grow grown:grow lost:lose fell:fall fallen:fall sent:send built:build understood:understand drew:draw"
        " drawn:draw broke:break broken:break spent:spend rose:rise risen:rise drove:drive driven:drive bought:buy"
        " wore:wear worn:wear chose:choose chosen:choose sought:seek taught:teach caught:catch fought:fight"
        " thought:think"
        " sold:sell won:win sang:sing sung:sing flew:fly flown:fly hid:hide hidden:hide shot:shoot struck:strike"
        " bore:bear borne:bear ate:eat eaten:eat shown:show threw:throw thrown:throw slept:sleep swore:swear"
        " sworn:swear"
        " laid:lay lay:lie bound:bind bred:breed children:child men:man women:woman people:person feet:foot teeth:tooth"
        " mice:mouse species:species bacteria:bacterium criteria:criterion phenomena:phenomenon data:datum lives:life"
        " leaves:leaf wolves:wolf better:good best:good worse:bad worst:bad viruses:virus dying:die lying:lie tying:tie"
    ).split()
)
"""Irregular English forms to their base."""
PAST = {base: form for form, base in reversed(IRREGULAR.items()) if base not in NOUNS | {"be", "lie", "find"}}
