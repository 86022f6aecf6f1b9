"""Validates XML files against a schema: validate.py SCHEMA FILE..."""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    document = etree.parse(path)
    if not schema.validate(document):
        sys.exit(f"report.sh: failed: {path}: {schema.error_log}")
    # A schema that takes anything would say yes as well.
    document.getroot().set("unknown", "1")
    if schema.validate(document):
        sys.exit(f"report.sh: failed: the schema took an attribute that it does not have in {path}")
