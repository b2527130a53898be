"""The web chat: a Gradio app over the public API."""
