"""Contract tests for any server that should speak 8x8's messaging APIs, driven by the composed document.

The command `eightbyeight contract` is made of these parts:

- `target`: which server, and the refusal of the vendor's own hosts;
- `examples`: the recorded examples of the document, sent as they are;
- `suite`: valid and invalid requests that schemathesis makes up, and its checks;
- `har` and `traffic`: recorded traffic, checked without sending anything;
- `report`, `summary` and `junit`: what was found, for people and for machines.

Like the mock it reads the document and nothing of the client, except how numbers are masked.
"""
