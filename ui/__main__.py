"""``python -m ui``."""

from rag import Rag, load_settings
from ui.app import launch

launch(Rag(load_settings()))
