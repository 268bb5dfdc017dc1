"""airbyte-source-clockify: a declarative source that reads seven streams. Arguments as in clockify_sdk.py."""

import json
import logging
import sys
import tempfile
from pathlib import Path

import source_clockify
from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource
from report import Report

root, key, workspace, header = sys.argv[1:5]
text = (Path(source_clockify.__file__).parent / "manifest.yaml").read_text()
text = text.replace("https://api.clockify.me/api/v1/", root + "/")
if header:
    name, _, value = header.partition(": ")
    text = text.replace("field_name: X-Api-Key", f"field_name: {name}")
    key = value
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "manifest.yaml")
    path.write_text(text)
    source = YamlDeclarativeSource(path_to_yaml=str(path))
    config = {"api_key": key, "workspace_id": workspace}
    logger = logging.getLogger("airbyte")
    logger.setLevel(logging.CRITICAL)
    report = Report()
    for stream in source.streams(config):
        catalog = ConfiguredAirbyteCatalogSerializer.load(
            {
                "streams": [
                    {
                        "stream": json.loads(json.dumps({"name": stream.name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]})),
                        "sync_mode": "full_refresh",
                        "destination_sync_mode": "overwrite",
                    }
                ]
            }
        )
        report.call(f"{stream.name}.read", lambda c=catalog: list(source.read(logger, config, c, [])))
