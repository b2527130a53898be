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
