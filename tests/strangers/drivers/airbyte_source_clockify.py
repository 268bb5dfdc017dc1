"""airbyte-source-clockify: a declarative source that reads seven streams. Arguments as in clockify_sdk.py."""

import logging
import sys
from pathlib import Path

import source_clockify
import yaml
from airbyte_cdk.models import ConfiguredAirbyteCatalog
from airbyte_cdk.sources.declarative.manifest_declarative_source import ManifestDeclarativeSource
from report import Report

root, key, workspace, header = sys.argv[1:5]
text = (Path(source_clockify.__file__).parent / "manifest.yaml").read_text()
assert "https://api.clockify.me/api/v1" in text
assert "X-Api-Key" in text
text = text.replace("https://api.clockify.me/api/v1", root)
if header:
    name, _, key = header.partition(": ")
    text = text.replace("X-Api-Key", name)
logging.disable(logging.CRITICAL)
logger = logging.getLogger("airbyte")
config = {"api_key": key, "workspace_id": workspace}
source = ManifestDeclarativeSource(source_config=yaml.safe_load(text))
report = Report()


def check():
    ok, reason = source.check_connection(logger, config)
    if not ok:
        raise RuntimeError(reason)


def read(stream):
    described = {"name": stream.name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    wanted = {"stream": described, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    catalog = ConfiguredAirbyteCatalog.parse_obj({"streams": [wanted]})
    messages = list(source.read(logger, config, catalog, []))
    if not any(message.record for message in messages):
        raise RuntimeError("no records")


report.call("connection.check", check)
for stream in source.streams(config):
    report.call(f"{stream.name}.read", lambda stream=stream: read(stream))
