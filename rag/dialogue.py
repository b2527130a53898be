"""A follow-up question and the turns before it to a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.text import ENGLISH_STOPWORDS, HAN, language_of, simplify

_NOUNS = {
    "org": "公司=company,firm,inc,ltd,limited,corporation,corp 企业=enterprise,startup 集团=group,holdings 银行=bank 法院=court"
    " 机构=organisation,organization,institution,agency 中心=centre,center 实验室=lab,labs,laboratory 政府=government"
    " 大学=university 学院=college,school,institute 研究院 研究所 协会=association 医院=hospital 交易所=exchange 基金会=foundation"
    " 委员会=commission,committee,council 团队=team 局=authority,bureau,office 署=department 部=ministry",
    "thing": "平台=platform 项目=project 协议=agreement,treaty 论坛=forum 计划=plan,programme,program,scheme 基金=fund 法案=act"
    " 蓝图=blueprint 报告=report,survey 条例=ordinance,regulation 峰会=summit 大会=conference 会议=meeting 系统=system"
    " 模型=model 产品=product 论文=paper 研究=study 指数=index 政策=policy 大桥=bridge 数据集=dataset 电影=film,movie"
    " 小说=novel 书=book 技术=technology 方法=method 算法=algorithm",
    "place": "城市=city 国家=country 地区=region,district 省份=province 地方=place",
    "person": "人=person,man,woman 先生 女士 教授=professor 作者=author 总监=director 主席=chairman",
}
_KIND = {word: kind for kind, row in _NOUNS.items() for word in re.split("[ =,]", row)}
_SAME = {word: re.split("[=,]", group) for row in _NOUNS.values() for group in row.split() for word in re.split("[=,]", group)}
_ZH_NOUN = "|".join(sorted((w for w in _KIND if not w.isascii()), key=len, reverse=True))
_EN_NOUN = "|".join(sorted((w for w in _KIND if w.isascii()), key=len, reverse=True))
_PLACES = frozenset(
    "香港 澳门 深圳 广州 珠海 东莞 佛山 惠州 中山 江门 肇庆 前海 南沙 横琴 北京 上海 天津 重庆 杭州 南京 苏州 成都 武汉 西安 厦门 福州 青岛"
    " 大连 长沙 郑州 宁波 无锡 合肥 济南 沈阳 昆明 台北 台湾 高雄 广东 浙江 江苏 福建 四川 湖北 湖南 海南 山东 新疆 西藏 云南 大湾区 粤港澳大湾区"
    " 九龙 新界 中国 内地 美国 英国 法国 德国 日本 东京 大阪 韩国 首尔 新加坡 马来西亚 泰国 印度 印尼 越南 菲律宾 澳大利亚 加拿大 俄罗斯 巴西"
    " 欧洲 亚洲 非洲 纽约 伦敦 巴黎 柏林 硅谷 旧金山 加州 hong_kong macao macau shenzhen guangzhou zhuhai dongguan foshan beijing"
    " shanghai tianjin chongqing hangzhou nanjing suzhou chengdu wuhan qianhai taipei taiwan china mainland_china guangdong"
    " kowloon greater_bay_area singapore malaysia thailand india indonesia vietnam japan tokyo osaka korea south_korea seoul us"
    " usa united_states america california new_york london paris berlin uk united_kingdom britain france germany italy spain"
    " canada toronto australia sydney russia brazil africa europe asia dubai silicon_valley san_francisco los_angeles".split()
)
_ZH_PLACE = "|".join(sorted((p for p in _PLACES if not p.isascii()), key=len, reverse=True))
_SURNAMES = (
    "(?:欧阳|司马|上官|诸葛|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马方任袁柳史唐费"
    "薛雷贺倪汤罗毕安常于傅齐康伍余顾孟黄萧肖尹姚邵汪毛狄戴宋庞熊纪项董梁杜阮蓝闵季贾江童郭梅林钟徐邱骆高夏蔡田樊胡霍万"
    "柯卢莫房解应丁邓洪包左石崔龚程陆翁段侯武刘景叶黎白蒲赖乔谭温庄阎易廖曾关岳游辜])"
)
_PINYIN = frozenset(
    "zhao qian sun li zhou wu zheng wang feng chen jiang shen han yang zhu qin xu he lu zhang kong cao yan wei xie su pan peng ma"
    " fang ren yuan tang luo an yu fu gu meng huang xiao yao mao dai song hu lin zhong guo cai tian deng hong shi cui cheng liu ye"
    " bai tan liao chan wong cheung lee leung lam ng ho kwok tang chow lau yip tsang hung fung tse mak".split()
)
_FIRST = frozenset(
    "james john robert michael william david richard joseph thomas charles daniel matthew anthony mark paul steven andrew peter"
    " george kevin brian edward alan eric jack tom tim bill elon sam sundar mary patricia jennifer linda elizabeth susan jessica"
    " sarah karen lisa nancy emily anna emma alice jane kate laura carrie helen grace marie albert isaac ada".split()
)
_STOP = ENGLISH_STOPWORDS | frozenset(
    "tell give list name explain describe compare yes no according based founded since today yesterday january february march"
    " april june july august september october november december monday tuesday wednesday thursday friday saturday sunday ceo cfo"
    " cto coo founder co-founder chairman president director professor mr ms mrs dr prof chinese english american european asian"
    " usd hkd rmb ipo gdp q1 q2 q3 q4 revenue headquarters employees also may please show find without within however".split()
)
_ACRONYMS = frozenset("ai it iot esg vr ar 5g 4g api pc tv app ok".split())
_VERBS = (
    "成立|创立|创办|创建|推出|发布|加入|收购|支持|签署|宣布|启动|设立|负责|参与|参加|获得|来自|根据|关于|介绍|位于|包括|成为|上市|举行|举办|公布"
    "|表示|指出|认为|提供|属于|担任|出任|正式|合作|开始|营运|运营|入驻|结束|出版|发生|开业|生效"
)
_ROLES = r"联合创始人|创始人|创办人|董事长|首席执行官|总裁|总经理|执行总监|总监|行长|主席|校长|市长|作者|导演|co-founder|founder|chairman|president|director|author|C[EFTO]O"
_MEASURES = r"净利润|利润|营收|收入|市值|股价|估值|人口|面积|预算|员工人数|revenue|net profit|profit|income|sales|market value|population|area|budget"
_ATTRIBUTES = rf"{_ROLES}|{_MEASURES}|总部|员工|规模|客户|产品|业务|目标|办公室|名字|地址|官网|成员|优势|缺点|作用|用途|价格|成本|原因|结果|费用|时间|地点"
_TIME = re.compile(
    r"(?:19|20)\d\d年(?:\d\d?月|[上下]半年|第?[一二三四]季度)?|[去今明前]年|上个?月|\b(?:Q[1-4] )?(?:19|20)\d\d\b(?!年)|\b(?:last|this|next) (?:year|month|quarter|week)\b",
    re.I,
)
_WORD = r"(?:[A-ZÀ-Þ]|(?<![A-Za-z])[a-z]{1,2}(?=[A-Z]))(?:[A-Za-zÀ-ɏ0-9&-]|['’](?!s\b)(?=[A-Za-z])|\.(?=[A-Za-z0-9]))*"
_LATIN = re.compile(rf"(?<![A-Za-z]){_WORD}(?:\s(?:of (?:the )?)?{_WORD}|\s\d\d?(?![\d%]))*")
_ZH_SUFFIX = "|".join(w for w in _ZH_NOUN.split("|") if len(w) > 1 and _KIND[w] in ("org", "thing"))
_TAIL = rf"(?:[{HAN}]{{0,4}}?(?:{_ZH_SUFFIX}))?"
_QUOTED = re.compile(rf"[“「『《][^“”「」『』《》\n]{{1,24}}[”」』》](?:\s?[{HAN}]{{0,3}}?(?:{_ZH_SUFFIX}))?")
_CUT = re.compile(rf"[^{HAN}]|[的是在由于和与及以被把对从了将也而并称说等其该这那哪谁吗呢吧几每做]|有(?!限)|多少|(?<!华)为|什么|{_VERBS}")
_PHRASE = re.compile(rf"[{HAN}]{{2,16}}(?:{_ZH_SUFFIX}|(?<![总全内外签格布结])[部局署](?!分|队|位|面|势))")
_LOOSE = re.compile(r"(?:一|[两二三四五六七八九十]?[家个间所项名]|目前|现在|去年|今年|当时|请问|通过|首个|最大)+(?!庭)")
_COMMON = re.compile(
    r"(?:初创|科技|人工智能|大型|上市|互联网|金融|外国|本地|许多|其他|研究|创业|中小|投资|[新大小母子分总云全整本我们你贵最早]|私人|跨国|国际|相关|主要"
    r"|数据|电商|医疗|教育|有|推进|政府|什么)*"
)
_SUBJECT = re.compile(
    rf"\W*(?:请问|那么|你知道|介绍一下|介绍|说说|谈谈|关于)*(?P<n>(?![怎什哪谁几多有是在请从对最每当这那该其它他她我你第因由被但而去今明目现一为如])"
    rf"[{HAN}]{{2,12}}?)(?=的|是|在|有|于|何|什|多少|哪|由|(?<!华)为|如何|怎|能|可以|会|和|与|被|将|已|了|做|说"
    rf"|[降升涨跌获最从对叫还到几]|{_VERBS}|{_ATTRIBUTES}|\d)"
)
_OBJECT = re.compile(rf"(?:介绍一下|介绍|说说|谈谈|讲讲|什么是|谁是|何谓|谁.{{1,3}}了)(?P<n>[{HAN}]{{2,12}}?)[？?。！]*$")
_DEFINED = re.compile(r"(?i:(?:what|who)(?:'s| is| are| was| were)|tell me about) (?:an? |the )?(?P<n>\w+(?: \w+){0,4})[?.!]*$")
_TITLE = rf"(?:{_ROLES}|先生|女士|教授|局长|司长|部长|记者|院长|秘书长|经理|会长|总统|总理|[Mm]r|[Mm]r?s|Dr|Prof|[Pp]rofessor)"
_PERSON = re.compile(
    rf"(?:^|[^{HAN}]|{_TITLE}|[的是由与和为让请])({_SURNAMES}[{HAN}]{{1,2}}?)(?={_TITLE}|博士|表示|说|指出|认为|称|担任|出任|是谁|出生|毕业)"
    rf"|{_TITLE}[是为：:]?({_SURNAMES}[{HAN}]{{1,2}})(?=[^{HAN}]|$|[的是在由于和与及以被对从了曾则也将])"
)
_ASKS_WHO = re.compile(r"\bwho(?:m|se)?\b|谁", re.I)
_ASKS_WHICH = re.compile(rf"\b(?:which|what) (?P<en>{_EN_NOUN})\b|哪一?[家个间所项](?P<zh>{_ZH_NOUN})", re.I)

_REFERENCE = re.compile(
    rf"(?P<phrase>(?:(?<!应)(?:该|此次?|这)一?[家个间所项份座款位种部届次场篇本]?|那[家个间所项份座款位种届次场篇本])(?P<zh>{_ZH_NOUN})(?![工民口才员类们])"
    rf"|(?i:\b(?P<det>this|that|the)\s+(?P<en>{_EN_NOUN})\b)(?!-|\s+(?:of|called|named|that|which|who|behind|with|[A-Z])))"
    r"|(?P<zhits>(?<![尤极与何耳])其(?![他她它实次余间后前时妙中])|其中)|(?P<zhword>(?<![其吉维犹排利])[他她](?![人国乡山])们?|(?<!其)它们?)"
    r"|(?P<zhplace>这里|那里|这边|那边|当地)|(?i:\b(?P<one>the (?:first|second|third|last|next|latest) one)\b)"
    r"|(?i:\b(?P<whose>its|their|his|theirs|hers|her(?=\s+(?!(?:in|at|to|for|and|or|as|with|from|on|about|after|before|join|leave)\b)[a-z]))\b)"
    r"|(?i:\b(?P<word>it|they|them|he|she|him|her)\b(?P<be>['’](?:s|re)\b)?)"
    r"|(?i:(?<!\bis )(?<!\bare )(?<!\bwas )(?<!were )(?<!\bbe )(?<!\bbeen )(?P<place>(?:(?:from|over|near|around|in) )?there)\b)(?!['’]s| (?:is|are|was|were|will|has)\b)"
)
_IT, _THEY = ("it", "its", "它", "其", "其中"), ("they", "them", "their", "theirs", "它们", "他们", "她们")
_TIERS = {
    "it": (("org", "thing", "name"), ("place",)),
    "they": (("org", "thing", "name"), ("person",)),
    "any": (("org", "thing", "name"), ("person", "place")),
    "org": (("org", "name"),),
    "thing": (("thing",), ("name",), ("org",)),
    "person": (("person",), ("name",)),
    "place": (("place",),),
    "there": (("place",), ("org", "thing", "name")),
}
"""Kinds of name a reference may mean, best first. Only a Latin or undecided name is a plain ``name``."""
_EXPLETIVE = re.compile(
    r"\bwhat (?:time|day|date|year) (?:is|was) it\b|\bit (?:seems?|appears?|turns out|rains?|snows?|depends)\b|\bmakes? it \w+ (?:to|for)\b"
    r"|\b(?:is|was|will|would) it (?:be )?(?:\w+ly |not |still |raining|snowing)*(?:(?:true|possible|impossible|necessary|legal|illegal|important|worth|likely"
    r"|good|bad|better|best|common|normal|ok|okay|wise|clear|known)\b(?= \w)|(?:easy|hard|difficult|safe|cheap|expensive) to \w+ \w)"
    r"|\b(?:does|did|will|would|can) it (?:\w+ly )?(?:take|cost|matter)\b.* (?:to|for|if|whether)\b|\b(?:is|was) it (?=[A-Z])|\bit is \w+ (?:that|to)\b"
)
_BREAK = re.compile(r"[,;，；。]|\b(?:and|but|or|when|while|where|because|if|that|before|after)\b|而|并|且|时|后")
_GENERIC = re.compile(
    r"\b(?:do|does|did|can|could|will|would|should|must|may) (?:(?:an?|every|each) \w|(?:some |most |many |all )?(?:\w+ )?\w+s\b(?!.*\b(?:think|say|feel|believe)))"
    rf"|^(?:[{HAN}]{{2,6}})(?:应该|应当|应|必须|可以|需要)?(?:如何|怎么|怎样|为什么|必须|应该)", re.I,
)
