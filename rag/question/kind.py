"""Finds the kind of a question, which decides how it is answered, by rules over its words."""

from __future__ import annotations

import re
from typing import Literal, get_args

from rag.question.clauses import clauses_of
from rag.question.versions import is_of_now, sets_side_by_side
from rag.text import fold
from rag.values.dates import MONTHS

QuestionKind = Literal[
    "fact",
    "definition",
    "list",
    "howto",
    "why",
    "compare",
    "compound",
    "yesno",
    "count",
    "extreme",
    "total",
    "summary",
    "version",
    "locator",
    "shelf",
]
"""What is asked for: a fact; who or what something is; all of several things; steps or conditions; reasons, effects and
opinions; two sides; several questions in one; yes or no; how many; the most or least; a sum; what a document is about;
what holds now and what held before; a numbered clause, section, page or row; which documents there are."""

_DOCUMENTS_ZH = "(?:文件|文档|资料|文章|文献|报告|材料)"
_DOCUMENTS_EN = r"(?:documents?|files?|articles?|papers?|texts?|sources?)"
_WHO = "谁|哪(?:位|个人|家)"
_NUMBERED_ZH = "[零一二三四五六七八九十百千两0-9]+"

_TIME_EN = (
    rf"(?:(?:the )?(?:early |late )?(?:{'|'.join(fold(month) for month in MONTHS)}|spring|summer|autumn|fall|winter"
    r"|(?:19|20)\d\d|q[1-4]|(?:first|second|third|fourth|last) (?:quarter|half|term|year|season))\b)"
)
"""A month, season, year or quarter."""
_ATTRIBUTES = (
    "total|sum|price|cost|fee|rent|rate|amount|date|deadline|year|time|number|name|address|phone|code|version|revision"
    "|title|size|weight|height|length|width|depth|area|age|colou?r"
)
"""What is asked of the thing that a text is about, rather than what that is."""

_RULES: tuple[tuple[QuestionKind, str], ...] = (
    (
        "shelf",
        f"(?:哪些|什么|哪几[份篇个]|多少[份篇个]?|几[份篇个]|[哪几]一?[份篇个]){_DOCUMENTS_ZH}[里中内]?(?:都"
        f"|有|是)?(?:提到|提及|谈到|说到|讲到|涉及|讨论|关于|介绍|写到|包含|最新|最早|最近)"
        f"|(?:你|这里|库里|索引[里中]?|书架上?|目前|现在)?(?:一共|总共|都)?有(?:哪些|什么|多少[份篇个]?"
        f"|几[份篇个])(?:关于.{{1,20}}的)?{_DOCUMENTS_ZH}[呢吗]?[?。]?$"
        f"|(?:最新|最早|最近|最旧)的(?:一[份篇个])?{_DOCUMENTS_ZH}是|列出(?:所有|全部|你的?)?{_DOCUMENTS_ZH}[?。]?$"
        rf"|\b(?:which|what|how many|list (?:all|the|all the|your)"
        rf"|name the) {_DOCUMENTS_EN} (?:\w+ )?(?:mention|talk|discuss|cover|refer|speak"
        r"|deal|contain|are about|is about|about|on|do you (?:have|know|hold)|are (?:there|indexed|available)"
        r"|have you)"
        rf"|^(?:list|show)(?: me)? (?:all |the |your |all the |all your )*{_DOCUMENTS_EN}\W*$"
        rf"|\b(?:which|what) (?:of (?:the|your) )?{_DOCUMENTS_EN}? ?(?:is|are) (?:the )?(?:newest|latest|oldest"
        rf"|most recent|earliest)"
        rf"|\bwhat(?:'s| is) (?:the|your) (?:newest|latest|oldest|most recent) {_DOCUMENTS_EN}",
    ),
    (
        "locator",
        f"第{_NUMBERED_ZH}(?:条|款|章|节|页|张幻灯片|行|项|步|号)(?:的)?(?:是|规定|写|说|讲|内容|有|要求|怎么|叫)"
        f"|第{_NUMBERED_ZH}(?:条|款|章|节|页|行)[?。]?$"
        r"|\b(?:article|clause|section|chapter|page|slide|row|rule|step|paragraph|item|appendix"
        r"|annex) (?:no\.? ?)?(?:\d[\d.]*|[ivx]+)\b",
    ),
    (
        "summary",
        "总结|概括|概述|摘要|归纳|梳理一下|(?:主要|核心)(?:内容|观点|议题|主题|意思)|主题是|(?:讲|说|写"
        "|谈)的是(?:什么|啥)"
        "|主要讲|[讲谈]些?(?:什么|啥)[?。]?$|(?:主要|都|大致|大概|究竟)?[讲说写谈]了(?:些)?(?:什么|啥"
        "|哪些)[?。]?$|简单(?:地)?(?:说说|介绍|讲讲|说一下|讲一下)|大意|要点(?!做)|内容是什么|提纲|目录"
        "|介绍了什么"
        r"|\bsummar(?:y|ise|ize)\b|\b(?:main|central|key|overall) (?:topics?|points?|themes?|ideas?|message"
        r"|findings?|conclusions?|takeaways?)\b|\bgist\b|\bsum up\b"
        r"|^(?:in short|briefly|in brief)\b|\bwhat (?:is|are|was|were) .+ about\b|\bwhat(?:'s| does| do"
        r"| did) (?!.*\b(?:say|said|think|believe)\b).+ (?:about|deal with|cover)\b"
        r"|\boutline of\b|\btable of contents\b|\boverview of\b|\btl;?dr\b"
        r"|^what(?:'s| is) in (?:the|this|that|my) [^?]{2,40}\?*$"
        r"|^.{1,20}[里中]面?(?:都)?(?:有|写了?)些?(?:什么|啥)(?:内容)?[?。]*$",
    ),
    (
        "compare",
        "区别|不同之?处|有(?:何|什么|哪些)(?:不同|差别|差异)|差别|差异|对比|比较一下|^比较|相比"
        "|(?:哪[个家款种座份次所条边]|谁|哪一[个家款种方])(?:的.{1,12})?更|(?:哪[个家款种边]"
        "|谁)(?:的)?[^,]{0,10}(?<!最)(?:多|少|高|低|贵|便宜|长|短|快|慢|大|小|早|晚|重|轻)一?些?[?。]?$"
        "|[和与跟、].{1,30}(?:各|分别)"
        "|[两二](?:个|款|种|家|版|次|季|年|座|处|份)[^?]{0,14}各"
        r"|\bcompar(?:e|es|ed|ison)\b|\bdifferen(?:ce|ces|t)\b.*\b(?:between|from|than)\b|\bdiffer\b"
        r"|\bversus\b|\bvs\b"
        r"|\b(?:which|who|where|what)\b.*\b(?:more|less|fewer|\w+er)\b.*[,:] ?\w.* or "
        r"|\b(?:which|who)\b.*\b(?:more|less|fewer|\w{2,}er)\b.*\bor\b|\bin each (?:of|place"
        r"|case)?\b.*\b(?:and|or)\b|\b(?:and|or)\b.*\bin each\b|\brespectively\b"
        rf"|\b(?:in|for|during|of) {_TIME_EN}[^,?]{{0,30}} and (?:in |for |during |of )?{_TIME_EN}",
    ),
    (
        "version",
        "新旧|(?:现在|如今|目前|现行|最新|新版|修订后|改后)[^?]*(?:以前|之前|原来|原先|从前|旧版|改之前|版时"
        "|变化|改动)"
        "|(?:以前|之前|原来|原先|从前|旧版)[^?]*(?:现在|如今|目前|现行|最新|新版|改成|改为)|(?:有"
        "|做了)(?:什么|哪些|何)(?:变化|改动|调整|修改)"
        "|现行|最新(?:版|的?规定|的?标准)|(?:现在|目前)的?(?:规定|标准|版本)|改之前|最后(?:定|改)成|定成几?.*原来"
        r"|\b(?:current|currently|in force|up[- ]to[- ]date)\b|\b(?:newest|latest|new|old|previous) (?:version"
        r"|edition|rules?|release)\b"
        r"|\bnow\b.*\b(?:before|previously|earlier|used to|formerly|compared)\b|\bat first\b.*\b(?:later|then"
        r"|make of|end)\b"
        r"|\bwhat (?:has |have |was |were )?changed\b|\bany more\b.*\bbefore\b|\bcompared (?:with"
        r"|to) (?:version|the (?:old|previous))",
    ),
    (
        "list",
        "(?:原因|理由|条件|情况|情形|因素|影响|好处)(?:一般|都|主要)?(?:有|是)?哪(?:些|几)|哪(?:些"
        "|几[条点个种])(?:原因|理由|情况|情形|因素|影响|好处|条件)|哪(?!几步)[几两二三四五六七八九十]"
        r"|\b(?:what|which) (?:two|three|four|five|six|seven|eight|nine|ten)\b|[.?!] list\b"
        r"|^(?:please )?(?:list|name|enumerate)\b",
    ),
    (
        "why",
        "为什么|为何|为啥|为甚么|何以|怎么会|怎么回事|原因|理由|(?:是)?怎么造成|怎么引起|怎样造成|(?:怎么"
        "|如何)(?:看待?|评价|认为|解释)|什么看法|有何看法|有什么(?:影响|好处|坏处|作用|意义|效果)"
        "|会怎么样|凭什么|(?:如何|怎么|怎样)(?:扭亏|帮助|影响|提升|促进|做到)"
        r"|\bwhy\b|\bhow come\b|\bwhat (?:is |was |are |were )?(?:the )?(?:reasons?|causes?|caused|effects?"
        r"|impact|consequences?|benefits?|advantages?|purpose|killed|led|made)\b|\bfor what reason\b"
        r"|\bhow did\b|\bhow (?:does|do|has|have) (?!i\b|we\b|you\b|one\b|someone\b|people\b).*\b(?:help"
        r"|affect|improve|benefit|influence|contribute|work|reduce|support)\b"
        r"|\bwhat (?:did|does|do) .+ (?:say|think|believe|argue|claim)\b",
    ),
    (
        "howto",
        "步骤|流程|手续|怎[么样]办理?|(?:怎么|如何|怎样|咋)(?!样|了|看|说)|要点做|点样|点做|要做(?:哪几步"
        "|哪些事|什么)|什么条件|哪些条件|要满足|需要(?:满足|符合)|要带什么|需要带什么|怎么做|要注意(?:什么"
        "|哪些)|注意事项"
        r"|\bhow (?:do|can|to|should|must|may|shall|is|are|would|could)\b(?!.*\b(?:compare|differ)\b)"
        r"|\bhow does (?:one|someone|a |an |the |haicheng)"
        r"|\bsteps?\b|\bprocedure\b|\binstructions\b|\bunder what (?:condition|circumstance)s?\b|\bon (?:what"
        r"|which) conditions?\b|\bwhat (?:precautions|conditions|requirements|do i need)\b"
        r"|\bwhat (?:should|must|can) (?:i|we|you|one) do\b|\bwhat do (?:i|we|you) (?:have|need) to do\b"
        r"|\bexplain how\b",
    ),
    (
        "yesno",
        "吗[?。]?$|吗[?。,]|是否|能不能|可不可以|是不是|有没有|会不会|要不要|需不需要|行不行|对不对|可否|能否"
        r"|^(?:is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had"
        r"|am)\b(?! you tell| you (?:please )?(?:list|explain|summar|give|describe))"
        r"|[.,!] ?(?:is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have) (?:i|he|she|it"
        r"|they|we|you|my|the|an?|someone|anyone|people|staff)\b[^.]*\?$",
    ),
    (
        "total",
        "总和|合计|加起来|总计(?!划)|总额|总数|总共(?:是|花|支出|收入)?多少(?:元|钱|万|吨)|一共(?:花|收|支出"
        "|用)了?多少(?:元|钱)|平均(?:是|为|每)?多少(?!.*年)"
        r"|\b(?:in total|altogether|combined|add up|sum of|grand total|total (?:of|for|amount|cost|number))\b",
    ),
    (
        "extreme",
        "最(?:多|少|高|低|大|小|贵|便宜|长|短|早|晚|快|慢|重|轻|新|旧|好|差|远"
        "|近)(?![可能要只仅不多后先高级])(?=的|[?。]|是|,|$)"
        f"|(?:{_WHO}|哪[个年月天款种座条一]).{{0,12}}最"
        r"|\b(?:which|who|what|where)\b.*\b(?:most|least|fewest|highest|lowest|cheapest|largest|smallest"
        r"|biggest|longest|shortest|fastest|slowest|earliest|latest|oldest|newest|youngest|heaviest"
        r"|dearest)\b(?! of the)",
    ),
    (
        "count",
        "(?:多少|(?<!哪)(?<!好)几)(?:个|种|座|支|项|条|名|位|人|家|份|篇|本|台|辆|间|套|处|门|趟|班|次|件|类"
        "|款|所|艘|株|头|只|张|行|梯次|支|部|档|轮|集|组|册|幅|尊|栋|桌)(?!月|小时|星期|工作日|百分点|人民币|半小时|钟头|礼拜)"
        r"|\bhow many\b(?! (?:years?|days?|months?|weeks?|hours?|minutes?|seconds?|times|per ?cent|percent"
        r"|tonnes?|kilomet|met(?:er|re)s|litres?|kilos?|points)\b)|\b(?:the|what|total) number of\b",
    ),
    (
        "list",
        "哪些|哪几|哪[两二三四五六七八九十]|有什么|有甚么|列出|列举|都有|分别|逐[一条项]|各(?:是|有|占|几)"
        "|做些什么|做什么准备|由.{1,4}(?:组成|构成)|怎么分"
        r"|^(?:please )?(?:list|name|enumerate|give me all)\b|[.?!] list\b|\blist the\b|\b(?:what"
        r"|which) (?:two|three|four|five|six|seven|eight|nine|ten|are|were|all)\b"
        r"|\ball (?:the )?\w+s\b|\b(?:which|what) (?:\w+ ){0,2}(?!this\b|is\b|was\b|has\b"
        r"|does\b)\w{2,}(?<![su])s (?:do|does|did|are|were|have|had|can|could|may|must|will|should|belong|got"
        r"|get)\b"
        r"|\bwhat must\b|\bwhat (?:are|were) .* (?:told|asked|required) to\b|\bone by one\b"
        r"|\bsource by source\b|\bwhat else\b",
    ),
    (
        "definition",
        "^(?:请问|那)?谁是|^什么是|^何为|^何谓|(?:是|叫)(?:谁|什么人)[?。]?$|(?:[做干](?:什么|啥)|干嘛)的[?。]?$"
        "|^[^,的]{1,16}是(?:什么|啥)(?:东西|意思)?[?。]?$|介绍一下|什么意思"
        r"|^(?:and )?who (?:is|are|was|were) (?!the\b|in\b|to\b|allowed\b|responsible\b|\w+ing\b"
        r"|\w+ed\b)[^,?]{2,40}\?*$|^what (?:is|are|was|were) "
        rf"(?!the (?:{_ATTRIBUTES})\b)"
        r"(?:an? )?[\w'-]+(?: [\w'-]+){0,2}\?*$"
        r"|\bwhat does (?!it\b)[\w' -]+ mean\?*$|^tell me about\b|\bstands? for\b",
    ),
)
"""The words that tell each kind, in folded text; the first that is found decides."""

_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _RULES]
_WHOLE: tuple[QuestionKind, ...] = ("shelf", "summary", "compare", "locator", "version")
"""Kinds that a question is as a whole, however many clauses it has."""


def kind_of(question: str) -> QuestionKind:
    """The kind of a question that stands alone; a fact where nothing tells another."""
    folded = fold(question).strip()
    if sets_side_by_side(question):
        return "version"
    for kind, pattern in _PATTERNS:
        if kind in _WHOLE and pattern.search(folded):
            return kind
    if len(clauses_of(question)) > 1:
        return "compound"
    found = next((kind for kind, pattern in _PATTERNS if pattern.search(folded)), None)
    return found or ("version" if is_of_now(question) else "fact")


KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
