"""``python -m ui``: the same as ``python -m rag chat --web``, its flags and its errors too."""

import runpy
import sys

sys.argv = ["rag", "chat", "--web", *sys.argv[1:]]
runpy.run_module("rag", run_name="__main__")
