"""Other programs ask here: REST, the API of OpenAI and MCP, with keys, on one ASGI app."""
