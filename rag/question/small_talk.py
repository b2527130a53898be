"""Small talk: greetings, thanks, a bare yes, which no document can answer."""

from __future__ import annotations

import re

from rag.text import fold

_SMALL_TALK = re.compile(
    "(?:你好|您好|哈喽|嗨|(?:早上|上午|中午|下午|晚上)好|早安|晚安|谢谢|多谢|再见|拜拜|你是谁"
    "|你叫什么(?:名字)?|你(?:会|能|可以)(?:做|干)?什么"
    "|在吗|测试|帮助)[你您们啊呀吗呢]*"
    "|(?:hi|hello|hey)(?: there)?|good (?:morning|afternoon|evening|night)|thanks?(?: you)?(?: (?:very|so) much)?"
    "|是|是的|对|对的|嗯+|好|好的|行|可以|不|不是|不用|没有|确定吗|真的吗|知道了|明白了|继续"
    "|yes|yeah|yep|no|nope|ok(?:ay)?|sure|right|correct|really|are you sure|is that (?:true|right|so)|i see"
    "|got it|go on|fine|great"
    "|(?:good)?bye|(?:who|what|how) are you|what can you do|what(?:'s| is) your name|help|test"
)


def is_small_talk(question: str) -> bool:
    """Whether a question is only a greeting, thanks, "who are you?", or an assent such as "yes" and 好的."""
    return bool(_SMALL_TALK.fullmatch(fold(question).strip(" .,!?。，！？~…")))
