"""The fact questions, the metrics, the report and the gate: what the product claims about itself, measured."""
