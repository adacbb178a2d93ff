"""Tokens of texts in o200k, the vocabulary of current models, which the npm package ships: nothing is downloaded."""

import json
import subprocess
import sys
from pathlib import Path

import packages

PACKAGE = "gpt-tokenizer@4.0.0"
COUNT = """
const { countTokens } = require('gpt-tokenizer/encoding/o200k_base');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map((text) => countTokens(text))));
"""


def tokens(texts: list[str]) -> list[int]:
    """The tokens of each text."""
    folder: Path = packages.installed("tokenizer", [PACKAGE], packages.npm)
    command = [packages.node(), "-e", COUNT]
    done = subprocess.run(command, cwd=folder, input=json.dumps(texts), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit("the tokens could not be counted: see above")
    return json.loads(done.stdout)
