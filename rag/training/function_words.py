"""The words that carry grammar, in both languages, and irregular English: tables for ``glossary`` and ``switching``."""

from __future__ import annotations


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of "word: one / another / -", where "-" says nothing."""
    rows = (line.partition(":") for line in text.strip().splitlines())
    return {
        word.strip(): tuple("" if option.strip() == "-" else option.strip() for option in options.split("/"))
        for words, _, options in rows
        for word in words.split("|")
    }


TO_ENGLISH = _table("""
了|着|吗|呢|吧|啊|呀|嘛|们|请问|地|得|把|所|则|便|个|各|之一|请|的话|上述: -
在: in / in / at
于: in / at / on
是|即是: is / was
和|与|及|以及|暨: and
或|或者|还是: or
被: was / by
由: by
从|自: from
到|至: to
为: as / is / for
以: with / by
对|对于: to / on / for
将: will / -
有|具有|拥有: has / had
也|亦|又: also
还: also / still
都: all / -
就: then / -
才: only
而: and / while
并|并且: and
但|但是|然而|不过: but
不|未: not
没有|没|无: no / not
他: he
她: she
它: it
其: its / his / their
他们|她们|它们: they
他的: his
她的: her
这|此: this
该: the / this
这些: these
那: that
那些: those
这个: this
那个: that
我: I
我们: we
你: you
您: you
之: of / -
等: etc. / and others
等等: etc.
中|里: in
上: on
下: under
内: within
外: outside
间|之间: between
后|之后|以后: after
前|之前|以前: before
时|当|的时候: when
年: year
月: month
日|天: day
人: people / person
会|能|能够|可|可以: can
可能: may
应|应该|须: should
必须: must
需要|需: need
最: most
更|更加: more
很|非常|十分: very
曾|曾经: once / -
已|已经: already / -
因|因为: because / because of
由于: due to
所以|因此|因而: therefore / so
如果|若|如: if
虽然: although
向|给|往: to
使|令|让: make / let
每: every / each
某: a certain
其他|其它: other
其中: among them / of which
另: another
许多|很多: many
多: many / more
大: big / great / large
小: small / little
新: new
主要: main / mainly
同: same / with
约|大约|大概: about / around
当时: then / at that time
目前|现在: now / currently
现: now
通过: through / by
根据|按照: according to
关于: about
作为: as
成为: become / became
称|称为|称之为: called / known as
名为|叫|叫做: called / named
位于|地处: located in
属|属于: belongs to / part of
包括|包含: includes / including
来|去: -
说: say
要: want / need
用: use
者: person
家: home / family
号: number
部: part / department
开始: begin / start
成立: established / founded
创立|创办|创建|建立: founded / established
出生: born
毕业: graduated
担任|任: served as
获|获得|取得: won / received / got
出版: published
发行: released / issued
发布: released / published
进行: conduct / carry out
使用: use
认为: think / believe
导致: lead to / cause
造成: cause
发现: discover / found
举行|举办: held
发生: happen / occurred
负责: responsible for
决定: decide
建造|建: built
改名|更名: renamed
分布: distributed
组成: made up of / composed of
分为: divided into
去世|逝世|离世: died
首: first
首位: first
团: group / troupe
剧: drama / play
打: hit / play
运动: sport / movement
职业: professional / occupation
选手: player
地: -
作品: work
功能: function
问题: problem / question
关系: relation / relationship
特征|特点: feature / characteristic
研究: research / study
方面: aspect
影响: influence / effect
传统: traditional / tradition
第一次: first time
高度: height
长度: length
颜色|色: color
方式: way
东西: thing
指|指的: refers to / means
只: only
系: system / series
局: bureau
书: book
国: country
语: language
式|型: type / style
性|座|过|起: -
化: -
学: studies
员: member
市: city
省: province
县: county
村: village
区: district
镇: town
站: station
线: line
路: road
山: mountain
河: river
岛: island
寺: temple
军: army
战: war / battle
王: king
派: sent / faction
代: generation
期: period
级: level
集: episode
界: world
版: version
科: family
种: species / kind
作: work / as
再: again
出: out
入: enter
此外: in addition
时期: period
具体: specifically
公元: AD / -
公元前: BC
教练: coach
主教练: head coach
前身: predecessor / formerly
皇帝: emperor
什么: what
冠军: champion / championship
首次: for the first time / first
全: whole / all
名称: name
名字: name
原因: reason
时间: time
地方: place
作者: author
主角: main character / protagonist
美: United States
中: in
台湾: Taiwan
美国: United States / America / USA
英国: United Kingdom / Britain / England
中国: China
香港: Hong Kong
唐朝|唐代: Tang dynasty
宋朝|宋代: Song dynasty
明朝|明代: Ming dynasty
清朝|清代: Qing dynasty
元朝|元代: Yuan dynasty
汉朝|汉代: Han dynasty
比赛: match / game / competition
球队: team
专辑: album
歌曲: song
电影: film / movie
电视剧: TV series
小说: novel
游戏: game
公司: company
学校: school
城市: city
地区: area / region
面积: area
人口: population
长: long / length
高: high / tall
期间: during / period
当地: local
演出|饰演|扮演: play / starred in
参加: took part in / joined
""")
"""Chinese words to what English says for them; "" where it says nothing."""

TO_CHINESE = _table("""
the|a|an|do|does|did|been|be|being|to|there|'s|please|am: -
is|are|was|were: 是
of|'s: 的
in|on|at: 在
and|&: 和 / 与
or: 或 / 或者
by: 由 / 被
with: 与 / 和 / 带有
for: 为 / 为了 / 对于
from: 从 / 来自
as: 作为
that: - / 那
which|who|whom: - / 其
whose: 其
when: 当 / 时
where: 那里 / 其中
while: 而
it: 它
its: 它的 / 其
their: 他们的 / 其
his: 他的 / 其
her: 她的 / 她
he|him: 他
she: 她
they|them: 他们 / 它们
we|us: 我们
i|me: 我
my: 我的
you: 你 / 您
your: 你的 / 您的
our: 我们的
this: 这 / 该 / 这个
these: 这些
those: 那些
not: 不 / 没有
no: 没有 / 无
have|has|had: 有 / 具有
will: 将 / 会
would: 会 / 将
can|could: 可以 / 能 / 能够
may|might: 可能 / 可以
must: 必须
should|shall: 应该 / 应
into: 到 / 进入
than: 比
but: 但 / 但是
however: 然而 / 但是
also: 也 / 还
after: 之后 / 后
before: 之前 / 前
during: 期间 / 在
between: 之间
under: 下 / 在
over: 超过
about: 关于
through: 通过
more: 更 / 更多
more than: 超过 / 多于
less than: 少于 / 不到
most: 最 / 大多数
many|much: 许多 / 很多
some: 一些
other|others: 其他
another: 另一个
all: 所有 / 全部
any: 任何
each|every: 每个 / 每
both: 两者 / 都
such: 这样
such as: 例如 / 如
one: 一 / 一个
yes: 是 / 有
capital: 首都
live|lives|lived: 住 / 生活 / 居住
life: 生命 / 生活
don't|doesn't|didn't: 没有 / 不
isn't|aren't|wasn't|weren't: 不是
can't|cannot|couldn't: 不能
won't|wouldn't: 不会
women: 女性 / 妇女
woman: 女人 / 女性
men: 男人 / 男性
man: 人 / 男人
sharing: 共享
term|terms: 术语 / 条款
change|changes: 变化 / 改变 / 更改
changed: 改变
inform|informed|notify: 通知
related: 相关
purpose|purposes: 目的
effect|effects: 效果 / 影响
responsible for: 负责
want|wants: 想 / 想要
infected: 感染
disease|diseases: 疾病
immune system: 免疫系统
student|students: 学生
control: 控制
what: 什么
how: 如何
why: 为什么
step|steps: 步骤 / 措施
preference|preferences: 偏好
condition|conditions: 条件
choice|choices: 选择
app|apps: 应用 / 应用程序
use of: 使用
collection: 收集
keep track of|track|tracks: 跟踪
receive|received|receives: 收到 / 接收
disclose|disclosed|disclosure: 披露 / 透露
save|saved|store|stored|stores: 保存 / 存储
obtain|obtained: 获取 / 获得
delete|deleted: 删除
protect|protected|secure: 保护
personal: 个人
social: 社会
cookies: Cookie
email|e-mail: 电子邮件
example: 例子
for example: 例如
name of: 名字的
century|centuries: 世纪
king: 国王
empire: 帝国
population: 人口
company's: 公司的
club: 俱乐部
follow|following: 以下 / 遵循
certain: 某些 / 一定
third parties': 第三方
two: 两个 / 两 / 二
three: 三个 / 三
four: 四个 / 四
five: 五个 / 五
six: 六
seven: 七
eight: 八
nine: 九
ten: 十
twenty: 二十
hundred: 百
thousand: 千
million: 百万
first: 第一 / 首先 / 最早
second: 第二
third: 第三
last: 最后
only: 只 / 仅
if: 如果
because: 因为
because of|due to: 由于 / 因为
since: 自从 / 自
until: 直到
then: 然后 / 当时
so: 所以
out: 出
up: 上
down: 下
off: -
within: 内 / 之内
without: 没有 / 无
against: 反对 / 针对
among: 之中 / 当中
per: 每
like: 像 / 如
called|known as|named: 称为 / 叫做 / 名为
located: 位于
located in: 位于
use|used|uses: 使用 / 用
used to: 用来 / 用于
make|made|makes: 制作 / 使 / 做
take|took|taken: 采取 / 拿
get|got|gets: 获得 / 得到
give|gave|given: 给 / 给予
become|became|becomes: 成为
begin|began|start|started: 开始
lead to|led to: 导致
found: 发现 / 找到
founded|established: 成立 / 创立 / 建立
built: 建造 / 修建
born: 出生 / 生于
died: 去世 / 死
won: 赢得 / 获得
held: 举行
released: 发行 / 发布
published: 出版 / 发表
written: 写 / 撰写
wrote: 写
include|includes|including|included: 包括
share|shared: 分享 / 共享
provide|provided|provides: 提供
cause|caused|causes: 导致 / 引起
show|showed|shown|shows: 显示 / 表明
name|names: 名字 / 名称 / 名
year|years: 年
people: 人 / 人们
person: 人
time: 时间
times: 次 / 时代
day|days: 天
month|months: 个月
number: 数量 / 数目
area: 地区 / 面积
state: 国家 / 州
states: 各州 / 国家
country|countries: 国家
city: 城市
world: 世界
war: 战争
type|types|kind|kinds: 类型 / 种类
part|parts: 部分
group|groups: 群体 / 组
cell|cells: 细胞
study|studies: 研究
result|results: 结果
case|cases: 病例 / 案例
data: 数据
information: 信息
personal information: 个人信息
privacy policy: 隐私政策
policy: 政策
website|site|sites: 网站
third party|third parties: 第三方
user|users: 用户
service|services: 服务
company: 公司
team: 球队 / 团队
game: 比赛 / 游戏
school: 学校
law: 法律
government: 政府
church: 教会 / 教堂
system: 系统 / 体系
force: 力 / 部队
energy: 能量 / 能源
water: 水
large: 大 / 大型
small: 小
great: 伟大 / 大
new: 新
old: 老 / 旧
long: 长
high: 高
early: 早期
late: 晚期 / 晚
different: 不同
same: 相同 / 同一
main: 主要
important: 重要
well: 好
very: 非常
collect|collected|collects|collecting: 收集
contact: 联系
access: 访问
account: 账户 / 帐户
us citizens: 美国公民
united states|u.s.|us|usa|u.s.a.: 美国
uk|u.k.|britain|united kingdom: 英国
american|americans: 美国人 / 美国
british: 英国
french: 法国 / 法语
german: 德国 / 德语
chinese: 中国 / 中文
england: 英格兰 / 英国
europe: 欧洲
""")
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
