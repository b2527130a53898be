"""Which kind a question is, told by its words."""

from __future__ import annotations

import pytest

from rag.question.clauses import clauses_of
from rag.question.kind import KINDS, QuestionKind, kind_of
from rag.question.sides import sides_of

EXAMPLES: dict[QuestionKind, str] = {
    "fact": """
        港口的水深是多少米？
        渔船什么时候回港？
        图书馆周六几点关门
        谁修好了钟楼？
        茶会在哪里举行？
        灯塔建于哪一年？
        押金多少钱？
        钟楼的钥匙由谁保管？
        这批货的税率是多少？
        仓库的电话是多少？
        When did the ferry leave?
        Who sold the mill?
        Where was the bell cast?
        What is the deposit for a canoe?
        How much does the season ticket cost?
        How long is the bridge?
        How old is the lighthouse?
        What colour is the old ferry?
        Whose boat sank in the harbour?
        At what time does the gate open on Sunday?
        """,
    "definition": """
        灯塔科技做什么的？
        谁是林阿芳？
        林阿芳是谁？
        什么是潮汐锁？
        潮汐锁是什么？
        介绍一下青石书院
        Who is Berit Hald?
        What is a tide lock?
        Tell me about the Arden trust
        What does KBS stand for?
        """,
    "list": """
        书院有哪些课程？
        请列出所有的分店
        值班员要检查哪几处？
        展览由哪三部分组成？
        岛上有什么鸟？
        参加者分别来自哪些村？
        停航的原因有哪些？
        Which villages belong to the council?
        List all companies mentioned
        Name the four rivers of the valley.
        What are the opening days of the museum?
        Which three boats won?
        What two languages are taught?
        What must a tenant bring to the viewing?
        """,
    "howto": """
        怎么更换灯泡？
        如何申请停车证？
        报名流程
        退房手续
        办理借书证需要带什么？
        怎样清洗滤网
        领取补贴要满足什么条件？
        首次开机要做哪几步？
        How do I reset the pump?
        How can a member cancel?
        What are the steps to open the lock?
        On what conditions is the fee waived?
        How should the filter be cleaned?
        What should I do when the alarm rings?
        Under what circumstances may the captain turn back?
        """,
    "why": """
        为什么渡船停航？
        渡船为何停航？
        桥为啥关了？
        那次事故是什么原因？
        林师傅怎么看新规定？
        停电是怎么造成的？
        新码头有什么好处？
        Why was the ferry late?
        What caused the fire?
        How did the mill survive the flood?
        What did the mayor say about the bridge?
        What is the reason for the delay?
        How does the tide gauge help the harbour?
        What are the effects of the new dam?
        """,
    "compare": """
        东线和西线有什么区别？
        甲方案与乙方案哪个更便宜？
        比较一下两家书店的价格
        2021年和2022年的产量各是多少？
        山字号跟水字号，谁的续航更长？
        东港和西港分别停多少船？
        两款水泵的保修期各是几年？
        What is the difference between the Reed plan and the Sedge plan?
        Compare the two ferries.
        Which is cheaper, the red boat or the blue boat?
        How do the engines of Tern 20 and Tern 30 differ?
        Reed plan versus Sedge plan
        What do Reed and Sedge cost respectively?
        What did the shop charge for gloves in spring 2025 and in autumn 2025?
        What was the budget for paint in the March and the June accounts?
        """,
    "compound": """
        校长是谁，学生有多少人？
        水坝建于哪年，有多高？
        展览什么时候开幕，在哪里举行？
        能退票吗？手续费多少？
        茶会何时、在哪里举行？
        When was the dam built and how high is it?
        What is the fee, and who pays it?
        When and where was the treaty signed?
        Who founded the school, and why?
        Can I return the ticket? How much do I get back?
        """,
    "yesno": """
        周日开门吗？
        会员可以带朋友吗
        是否需要预约？
        能不能用现金付款？
        船上有没有医生？
        押金是不是可以退？
        Is the museum open on Monday?
        Can I bring a dog?
        Does the fee include breakfast?
        Are children allowed on deck?
        May a member vote twice?
        I lost my card. Can I get a new one?
        Did the council approve the plan?
        """,
    "count": """
        名单上有几条船？
        书院一共有多少名学生？
        岛上有多少座桥？
        展览分几个展厅？
        今年来了多少人？
        How many boats are on the list?
        How many rooms does the inn have?
        What is the number of members?
        """,
    "extreme": """
        哪一年产量最高？
        哪家店的价格最便宜？
        最长的航线是哪条？
        谁的得票最多？
        Which month had the most visitors?
        What is the cheapest ticket?
        Who has the longest service?
        Which pier is the oldest?
        """,
    "total": """
        三笔费用合计多少？
        各项支出加起来是多少
        全年支出的总额是多少？
        What do the repairs cost in total?
        What is the total amount of the grants?
        """,
    "summary": """
        总结一下这篇关于灯塔的文章
        这份报告主要讲什么？
        概括会议纪要的要点
        这封信说了什么？
        请简单介绍一下这次会议
        这份文件的主题是什么？
        目录
        What is the main topic of these documents?
        Summarise the report on the harbour.
        What is the letter about?
        Give me the gist of the minutes.
        In short, what did the council decide?
        What are the key points of the handbook?
        """,
    "version": """
        现在的年假规定和以前的有什么变化？
        现行的补贴标准是多少？
        新旧规定里押金分别是多少？
        最新版的手册允许几天假？
        开放时间改之前是几点？
        What is the current travel allowance?
        What is the limit now and what was it before?
        What changed in the new version?
        How high is the fee under the rules in force?
        """,
    "locator": """
        第三条是什么？
        《集市管理办法》第十三条规定了什么？
        第二章讲什么
        第5页写了什么？
        What does Article 13 say?
        What is on page 4?
        What does rule 2 of the boathouse rules say?
        Show me section 3.2
        What is in row 12?
        """,
    "shelf": """
        你有哪些文件？
        有多少份文件提到渡船？
        哪些文章提到林阿芳？
        最新的文件是哪一份？
        列出所有文件
        哪些文档是关于灯塔的？
        What documents do you have?
        How many documents mention Alibaba?
        Which documents are about the lighthouse?
        Which is the newest document?
        List all documents
        Which files mention hemp?
        """,
}
"""Questions written for this test, one a line."""

PAIRS = [(line.strip(), kind) for kind, lines in EXAMPLES.items() for line in lines.splitlines() if line.strip()]


def test_every_kind_has_examples_in_both_languages() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert len(PAIRS) >= 150
    for lines in EXAMPLES.values():
        ascii_only = [line.isascii() for line in lines.split("\n") if line.strip()]
        assert any(ascii_only)
        assert not all(ascii_only)


@pytest.mark.parametrize(("question", "kind"), PAIRS)
def test_a_question_is_of_the_kind_that_its_words_say(question: str, kind: QuestionKind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(("question", "kind"), PAIRS)
def test_shouting_changes_no_kind(question: str, kind: QuestionKind) -> None:
    assert kind_of(question.upper()) == kind or kind in ("compound", "compare")


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("When was the dam built and how high is it?", ["When was the dam built?", "how high is the dam?"]),
        ("When and where was the treaty signed?", ["When was the treaty signed?", "Where was the treaty signed?"]),
        ("茶会何时、在哪里举行？", ["茶会何时举行", "茶会在哪里举行"]),
        ("校长是谁，学生有多少人？", ["校长是谁", "学生有多少人"]),
        ("冷库由谁管、花多少钱？", ["冷库由谁管", "冷库花多少钱"]),
        (
            "How large is the stand the firm hired in Lund, and what does it cost?",
            ["How large is the stand the firm hired in Lund?", "what does the stand the firm hired in Lund cost?"],
        ),
        (
            "How many carriers of the store are out on loan, and to whom?",
            ["How many carriers of the store are out on loan?", "to whom are carriers of the store out on loan?"],
        ),
        (
            "Which customer did the Lund branch lose in May, and for what reason?",
            [
                "Which customer did the Lund branch lose in May?",
                "for what reason did the Lund branch lose in May?",
            ],
        ),
        (
            "When was Tarn Optics founded and who are its clients?",
            ["When was Tarn Optics founded?", "who are Tarn Optics' clients?"],
        ),
        (
            "When was Ada Lund born and who taught her in 1990?",
            ["When was Ada Lund born?", "who taught Ada Lund in 1990?"],
        ),
        (
            "What did the trustees decide and who seconded their motion?",
            ["What did the trustees decide?", "who seconded the trustees' motion?"],
        ),
        (
            "Who is the director of the mill, and what is her name?",
            ["Who is the director of the mill?", "what is her name, of the director of the mill?"],
        ),
        ("夜校的海图课收多少学费，什么时间上？", ["夜校的海图课收多少学费", "夜校的海图课，什么时间上"]),
    ],
)
def test_several_questions_in_one_are_taken_apart(question: str, clauses: list[str]) -> None:
    assert [one.rstrip("？") for one in clauses_of(question)] == clauses


@pytest.mark.parametrize(
    "question",
    [
        "Who sold the mill to Joost Perrin and his brother?",
        "如果下雨，比赛改到什么时候？",
        "The pump is loud, what should I do?",
        "三条线路各有几站？",
        "安心版有没有免赔额？多少？",
        "谁、哪家公司负责？",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert clauses_of(question) == (question,)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("东线和西线有什么区别？", ["东线", "西线"]),
        ("青禾学院2021年和2022年的产量各是多少？", ["2021年", "2022年"]),
        ("What is the difference between the Reed plan and the Sedge plan?", ["the Reed plan", "the Sedge plan"]),
        ("松厅和桥厅最多各能坐几人？", ["松厅", "桥厅"]),
        ("Which is cheaper, the red boat or the blue boat?", ["the red boat", "the blue boat"]),
        ("How do the engines of Tern 20 and Tern 30 differ?", ["Tern 20", "Tern 30"]),
        ("Compare the stock of left and right gloves in the shop.", ["left gloves", "right gloves"]),
        ("What did gloves cost in spring 2025 and in autumn 2025?", ["in spring 2025", "in autumn 2025"]),
        ("What did paint cost in the March and the June accounts?", ["the March accounts", "the June accounts"]),
    ],
)
def test_a_comparison_has_two_sides(question: str, labels: list[str]) -> None:
    sides = sides_of(question)
    assert [side.label for side in sides] == labels
    for side, other in zip(sides, reversed(labels), strict=True):
        assert other not in side.question


def test_sides_that_differ_in_something_are_asked_for_that() -> None:
    first, second = sides_of("How do Tern 20 and Tern 30 differ in their range?")
    assert (first.question, second.question) == ("What is the range of Tern 20?", "What is the range of Tern 30?")


def test_each_side_is_asked_for_what_both_are_compared_by() -> None:
    first, second = sides_of("合川渔场2021年和2022年的产量各是多少？")
    assert (first.question, second.question) == ("合川渔场2021年的产量是多少？", "合川渔场2022年的产量是多少？")


@pytest.mark.parametrize(
    "question",
    [
        "What is the badge number of Lena Hartwig?",
        "What is the phone number of the ferry office?",
        "What is the revision of the works instruction for the kiln?",
        "What is the total?",
        "What is the delivery address of the mill?",
    ],
)
def test_what_a_text_says_of_a_thing_is_a_fact(question: str) -> None:
    assert kind_of(question) == "fact"
