from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.coreference import Turn, language_typed, stand_alone

# Each dialogue: "question > answer | question > answer", the follow-up, and the question it should become.
PRONOUNS = [
    # English
    ("Who founded Beyond Limits? > AJ Abdallat", "Where is its head office?", "Where is Beyond Limits's head office?"),
    ("Who founded Beyond Limits? > AJ Abdallat", "Where did he work before?", "Where did AJ Abdallat work before?"),
    ("Tell me about HKAI LAB.", "When did it open?", "When did HKAI LAB open?"),
    ("What does PowerArena sell?", "How many people work for the company?", "How many people work for PowerArena?"),
    ("What does Nordwind do?", "Who invested in this company?", "Who invested in Nordwind?"),
    ("When was Tencent founded? > In 1998.", "And who leads it?", "Who leads Tencent?"),
    (
        "When was Tencent founded?",
        "When did it list and what is its ticker?",
        "When did Tencent list and what is its ticker?",
    ),
    ("How large is Singapore?", "How many people live there?", "How many people live in Singapore?"),
    (
        "Where is Huawei based? > In Shenzhen.",
        "Which banks are active in that city?",
        "Which banks are active in Shenzhen?",
    ),
    ("What is the Boao Forum?", "Who spoke at that forum?", "Who spoke at the Boao Forum?"),
    ("What did WeBank do in Macao?", "When did they sign the agreement?", "When did WeBank sign the agreement?"),
    ("What does WeBank do?", "What do they sell?", "What does WeBank sell?"),
    (
        "What did Airbus and Boeing announce?",
        "How do they share the costs?",
        "How do Airbus and Boeing share the costs?",
    ),
    ("What did Dr. Okafor say?", "What is her view on tariffs?", "What is Okafor's view on tariffs?"),
    ("What did Maria Perez say? > Maria Perez said no.", "Who interviewed her?", "Who interviewed Maria Perez?"),
    ("Who wrote AlphaNet? > Lin Denan.", "Is it open source?", "Is AlphaNet open source?"),
    ("What is machine learning?", "How does it work?", "How does machine learning work?"),
    ("What is Huawei's HarmonyOS?", "When was it released?", "When was HarmonyOS released?"),
    (
        "What is the Paris Agreement?",
        "Which countries left the agreement?",
        "Which countries left the Paris Agreement?",
    ),
    ("Who chairs the Boao Forum? > Ban Ki-moon", "What are their goals?", "What are Boao Forum's goals?"),
    ("Does HSBC lend to startups? >  | How big is Citi?", "Did HSBC ever sue it?", "Did HSBC ever sue Citi?"),
    ("What does Acme make? > Acme makes pumps.", "Who told you it's profitable?", "Who told you Acme is profitable?"),
    ("When was the first Web Summit held?", "When was the second one held?", "When was the second Web Summit held?"),
    ("What is the University of Oxford known for?", "How old is it?", "How old is University of Oxford?"),
    ("What is BERT? > A language model.", "Who created that model?", "Who created BERT?"),
    ("How big is Citi? > | What happened in 2019?", "Where is it based?", "Where is Citi based?"),
    ("What is the deadline for claims?", "Can it be extended?", "Can the deadline for claims be extended?"),
    ("Where is Nokia based? > Espoo", "Are they hiring?", "Is Nokia hiring?"),
    ("Where is Nokia based? > Espoo", "Does Ericsson compete with it?", "Does Ericsson compete with Nokia?"),
    ("Where is Nokia based? > Espoo", "How many people work there?", "How many people work in Espoo?"),
    ("Where is Nokia based? > Espoo", "Is it good for startups?", "Is Nokia good for startups?"),
    ("What is the EU AI Act?", "When did it enter into force?", "When did EU AI Act enter into force?"),
    ("Who wrote Hamlet? > William Shakespeare", "When was it written?", "When was Hamlet written?"),
    ("Who wrote Hamlet? > William Shakespeare", "When was he born?", "When was William Shakespeare born?"),
    # Chinese
    ("Beyond Limits是什么公司？", "它的总部在哪？", "Beyond Limits的总部在哪？"),
    ("Beyond Limits是什么公司？", "这家公司哪年成立？", "Beyond Limits哪年成立？"),
    ("腾讯总部在哪里？ > 深圳", "该公司有多少员工？", "腾讯有多少员工？"),
    ("腾讯总部在哪里？ > 深圳", "那里有多少人口？", "深圳有多少人口？"),
    ("腾讯总部在哪里？ > 深圳", "它在当地纳税吗？", "腾讯在深圳纳税吗？"),
    ("港珠澳大桥何时通车？", "它有多长？", "港珠澳大桥有多长？"),
    ("谁创立了华为？ > 任正非", "他多大年纪？", "任正非多大年纪？"),
    ("谁创立了华为？ > 任正非", "其总部在哪？", "华为的总部在哪？"),
    ("贸易联动平台是什么？", "这个平台由几家银行开发？", "贸易联动平台由几家银行开发？"),
    ("《巴黎协定》是什么？", "此协议何时生效？", "《巴黎协定》何时生效？"),
    ("数码港计划是什么？ > 由香港政府推出。", "这个计划投入多少？", "数码港计划投入多少？"),
    ("数码港计划是谁推出的？ > 由香港政府推出。", "该政府还做了什么？", "香港政府还做了什么？"),
    ("博鳌亚洲论坛几年一次？", "该论坛在哪举行？", "博鳌亚洲论坛在哪举行？"),
    ("香港科技大学有多少学生？", "它们的学费是多少？", "香港科技大学的学费是多少？"),
    ("平安和腾讯做了什么？", "他们什么时候合作的？", "平安和腾讯什么时候合作的？"),
    ("总监王明表示什么？", "他负责什么？", "王明负责什么？"),
    ("李华是谁？", "她在哪里工作？", "李华在哪里工作？"),
    ("仲裁链是什么？", "那它什么时候上线的？", "仲裁链什么时候上线的？"),
    ("量子计算是什么？", "它有什么用？", "量子计算有什么用？"),
    ("深圳有多大？ > 约2000平方公里", "当地的房价如何？", "深圳的房价如何？"),
    ("介绍一下AlikeAudience。", "这家企业的客户有谁？", "AlikeAudience的客户有谁？"),
    ("香港数据中心有多大？", "其中多少属于十家公司？", "香港数据中心中多少属于十家公司？"),
    ("openai是什么？", "它的CEO是谁？", "openai的CEO是谁？"),
    ("Transformer 论文是谁写的？", "这篇论文发表于哪一年？", "Transformer 论文发表于哪一年？"),
    ("腾讯是什么公司？", "阿里巴巴收购过它吗？", "阿里巴巴收购过腾讯吗？"),
    ("《红楼梦》的作者是谁？ > 曹雪芹", "他是哪里人？", "曹雪芹是哪里人？"),
    ("《红楼梦》的作者是谁？ > 曹雪芹", "这本书写于何时？", "《红楼梦》写于何时？"),
    ("公司的财务总监是谁？ > 张伟。", "他什么时候入职的？", "张伟什么时候入职的？"),
    ("诺基亚的总部在哪里？ > 埃斯波", "那里有机场吗？", "埃斯波有机场吗？"),
    ("哪家医院收治了病人？ > 玛丽医院", "它在哪里？", "玛丽医院在哪里？"),
    ("上海电气2020年亏损了多少？", "其股价为何下跌？", "上海电气的股价为何下跌？"),
    # Traditional
    ("騰訊總部在哪裡？ > 深圳", "這家公司有多少員工？", "騰訊有多少員工？"),
    ("騰訊總部在哪裡？ > 深圳", "那裡有多少人口？", "深圳有多少人口？"),
    ("香港金融管理局何時成立？", "該機構的總裁是誰？", "香港金融管理局的總裁是誰？"),
    ("微眾銀行做什麼？", "它們在澳門有分行嗎？", "微眾銀行在澳門有分行嗎？"),
    ("誰創立了華為？ > 任正非", "他現在多大？", "任正非現在多大？"),
    # across languages
    ("What does HKAI LAB do?", "它什么时候成立？", "HKAI LAB什么时候成立？"),
    ("What does HKAI LAB do?", "它CEO是谁？", "HKAI LAB CEO是谁？"),
    ("微众银行是什么时候成立的？", "Who owns it?", "Who owns 微众银行?"),
    ("Who leads the lab? > Lin Denan, director of the lab", "他说了什么？", "Lin Denan说了什么？"),
    ("林德南是谁？", "Where does he work?", "Where does 林德南 work?"),
    ("深圳有多少家银行？", "Is there a subway there?", "Is there a subway in 深圳?"),
]

ELLIPSES = [
    ("公司去年的营收是多少？", "今年呢？", "公司今年的营收是多少？"),
    ("员工年假有几天？", "那病假呢？", "病假有几天？"),
    ("员工年假有几天？", "怎么申请？", "员工年假怎么申请？"),
    ("How accurate is BERT on SQuAD?", "And GPT-2?", "How accurate is GPT-2 on SQuAD?"),
    ("What was Shenzhen's GDP in 2022?", "那2021年呢？", "What was Shenzhen's GDP in 2021?"),
    ("What was Shenzhen's GDP in 2022?", "And last year?", "What was Shenzhen's GDP last year?"),
    ("2022年深圳的GDP是多少？", "What about 2021?", "2021年深圳的GDP是多少？"),
    ("香港有几家银行？", "那深圳呢？", "深圳有几家银行？"),
    ("香港数据中心总存量是多少？", "那新加坡呢？", "新加坡数据中心总存量是多少？"),
    ("Acme的首席执行官是谁？", "那首席财务官呢？", "Acme的首席财务官是谁？"),
    ("香港有幾家銀行？", "澳門呢？", "澳門有幾家銀行？"),
    ("腾讯何时成立？", "那华为呢？", "华为何时成立？"),
    ("腾讯2018年的营收是多少？", "那2019年呢？", "腾讯2019年的营收是多少？"),
    ("腾讯2018年的营收是多少？", "利润呢？", "腾讯2018年的利润是多少？"),
    ("腾讯有多少员工？", "总部呢？", "腾讯的总部呢？"),
    ("腾讯有多少员工？", "2019年呢？", "2019年腾讯有多少员工？"),
    ("HKAI LAB 有多少员工？", "什么时候？", "关于HKAI LAB：什么时候？"),
    ("HKAI LAB在哪里开始营运？", "什么时候？", "HKAI LAB什么时候开始营运？"),
    ("騰訊有多少員工？", "為什麼？", "關於騰訊：為什麼？"),
    ("腾讯上市了吗？", "什么时候？", "腾讯什么时候上市？"),
    ("腾讯是什么公司？", "有多少员工？", "腾讯有多少员工？"),
    ("腾讯是什么公司？", "总部在哪里？", "腾讯总部在哪里？"),
    ("How many banks are in Hong Kong?", "And in Macao?", "How many banks are in Macao?"),
    ("When was Tencent founded?", "What about Huawei?", "When was Huawei founded?"),
    ("What was Acme's revenue in 2018?", "What about 2019?", "What was Acme's revenue in 2019?"),
    ("What was Acme's revenue in 2018?", "And the profit?", "What was Acme's profit in 2018?"),
    ("Who is the CEO of Acme?", "And the CFO?", "Who is the CFO of Acme?"),
    ("How many people does Acme employ?", "What about Berlin?", "How many people does Acme employ in Berlin?"),
    ("How many people does Acme employ?", "And last year?", "How many people does Acme employ last year?"),
    ("How many people does Acme employ?", "What about the headquarters?", "What about Acme's headquarters?"),
    ("Did Acme go public?", "When?", "When did Acme go public?"),
    ("When did Acme go public?", "Why?", "Why did Acme go public?"),
    ("Tell me about Acme Robotics.", "How many employees?", "About Acme Robotics: how many employees?"),
    ("What does HKAI LAB do?", "什么时候？", "关于HKAI LAB：什么时候？"),
    ("微众银行做什么？", "Since when?", "About 微众银行: since when?"),
]

UNCHANGED = [
    ("Where is Nokia based? > Espoo", "Summarise the report."),
    ("Where is Nokia based? > Espoo", "What does the report say about the city?"),
    ("诺基亚的总部在哪里？ > 埃斯波", "谢谢！"),
    ("诺基亚的总部在哪里？ > 埃斯波", "今年营收最高的公司是哪家？"),
    ("Who founded Beyond Limits?", "When was Huawei founded?"),
    ("Who founded Beyond Limits?", "Who leads Huawei and where is it based?"),
    ("Who founded Beyond Limits?", "How did Huawei grow its revenue?"),
    ("Who founded Beyond Limits?", "Is it true that Huawei left Europe?"),
    ("Who founded Beyond Limits?", "How long does it take to fly from London to Tokyo?"),
    ("Who founded Beyond Limits?", "What time is it?"),
    ("Who founded Beyond Limits?", "Is it legal to record calls in Germany?"),
    ("Who founded Beyond Limits?", "Are there banks in Macao?"),
    ("Who founded Beyond Limits?", "What does the IT department of Acme do?"),
    ("Who founded Beyond Limits?", "How do startups protect their data?"),
    ("Who founded Beyond Limits?", "Does a bank insure its customers?"),
    ("Who founded Beyond Limits?", "What is machine learning?"),
    ("Who founded Beyond Limits?", "Which company built the AI of Curiosity?"),
    ("How large is Singapore?", "What did he say?"),
    ("腾讯何时成立？", "华为的总部在哪里？"),
    ("腾讯何时成立？", "什么是人工智能？"),
    ("腾讯何时成立？", "其他公司有哪些？"),
    ("腾讯何时成立？", "土耳其的首都在哪？"),
    ("腾讯何时成立？", "尤其重要的行业是哪个？"),
    ("腾讯何时成立？", "为什么天空是蓝色的？"),
    ("腾讯何时成立？", "华为什么时候上市，它的市值是多少？"),
    ("腾讯何时成立？", "应该公司还是个人缴税？"),
    ("腾讯何时成立？", "《他们的世界》是谁写的？"),
    ("腾讯何时成立？", "银行如何保护其客户？"),
    ("騰訊何時成立？", "其他銀行在哪裡？"),
    ("What time is it?", "它是什么？"),
    ("为什么？", "When did it start?"),
]


def turns(history: str) -> list[Turn]:
    parts = [part.partition(">") for part in history.split(" | ")]
    return [Turn(question.strip(), answer.strip()) for question, _, answer in parts]


@pytest.mark.parametrize(("history", "question", "expected"), PRONOUNS)
def test_reference_becomes_the_name_it_means(history: str, question: str, expected: str) -> None:
    assert stand_alone(question, turns(history)) == expected


@pytest.mark.parametrize(("history", "question", "expected"), ELLIPSES)
def test_elliptical_question_gets_what_it_leaves_out(history: str, question: str, expected: str) -> None:
    assert stand_alone(question, turns(history)) == expected


@pytest.mark.parametrize(("history", "question"), UNCHANGED)
def test_question_that_stands_alone_is_left_as_it_is(history: str, question: str) -> None:
    assert stand_alone(question, turns(history)) == question


@pytest.mark.parametrize(("history", "question"), [row[:2] for row in PRONOUNS + ELLIPSES])
def test_without_history_nothing_changes(history: str, question: str) -> None:
    assert stand_alone(question, []) == question


@pytest.mark.parametrize(("history", "question"), [row[:2] for row in PRONOUNS])
def test_resolved_question_is_not_resolved_again(history: str, question: str) -> None:
    once = stand_alone(question, turns(history))
    assert stand_alone(once, turns(history)) == once


def test_topic_is_carried_over_several_turns() -> None:
    history: list[Turn] = []
    for question in ("Who runs PowerArena?", "When was it founded?", "这家公司在哪里？"):
        history.append(Turn(stand_alone(question, history), ""))
    assert [turn.question for turn in history[1:]] == ["When was PowerArena founded?", "PowerArena在哪里？"]


PIECES = st.sampled_from(
    "it its they there When Why What about Huawei HKAI LAB Hong Kong 它 它们 其 该公司 那 那里 呢 ？ 腾讯 的".split()
    + "谁 2019年 “ ” 《 》 ? 为什么 上市了吗".split()
)
TEXTS = st.one_of(
    st.text(), st.text(alphabet=st.characters()), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)
)


@given(TEXTS, st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=3))
def test_any_text_is_answered_with_a_question(question: str, history: list[Turn]) -> None:
    assert isinstance(stand_alone(question, history), str)


SUBJECTS = st.sampled_from(["Huawei", "HKAI LAB", "腾讯", "香港政府", "量子计算", "“智慧医疗”项目", "Bank of China"])
ENGLISH = st.sampled_from(
    ["When was {} founded?", "Why did {} change the rules?", "How many people work at {}?", "Who runs {}?"]
)
CHINESE = st.sampled_from(
    ["{}是什么？", "{}什么时候成立？", "谁创立了{}？", "为什么{}的规模下降了？", "{}有多少员工？"]
)


@given(st.one_of(ENGLISH, CHINESE), SUBJECTS, st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=3))
def test_question_without_a_reference_is_unchanged(form: str, subject: str, history: list[Turn]) -> None:
    question = form.format(subject)
    assert stand_alone(question, history) == question


def test_an_answer_is_in_the_language_that_was_typed() -> None:
    before = [Turn("How many people live in Hong Kong?", "7 million")]
    assert language_typed("那深圳呢？", before) == "zh"
    assert language_typed("2019?", [Turn("腾讯有多少员工？", "4000")]) == "zh"
    assert language_typed("And Shenzhen?", before) == "en"
