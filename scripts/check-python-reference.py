"""Checks the Python code of the API reference against the installed package.

Reads a JSON list of code blocks from standard input, and fails if a block names a class, method or parameter that the
package does not have.
"""

import inspect
import json
import re
import sys

import cdk8s_dagger

CLASSES = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): getattr(cdk8s_dagger, name) for name in cdk8s_dagger.__all__}


def called(name: str):
    """Returns the class or function of `Class`, `Class.method` or `an_object.method`."""
    owner, _, method = name.partition(".")
    found = getattr(cdk8s_dagger, owner, None) or CLASSES[owner]
    return inspect.getattr_static(found, method) if method else found


def problem(block: str) -> str | None:
    code = re.sub(r"^#.*\n", "", block)
    name, arguments = re.fullmatch(r"([\w.]+)\((.*)\)", code, re.DOTALL).groups()
    wanted = re.findall(r"(?:^|,\s*|\(\s*)\*?(\w+)(?=[,=:]|$)", arguments.strip())
    try:
        function = called(name)
    except (AttributeError, KeyError):
        return f"{name} does not exist"
    function = function.__init__ if inspect.isclass(function) else getattr(function, "__func__", function)
    has = list(inspect.signature(function).parameters)
    missing = [one for one in wanted if one not in has]
    return f"{name} has no {', '.join(missing)}, but {', '.join(has)}" if missing else None


blocks = json.load(sys.stdin)
problems = [found for block in blocks if (found := problem(block)) is not None]
print(*problems, sep="\n")
print(f"{len(blocks)} code blocks, {len(problems)} problems")
sys.exit(len(problems) > 0 or len(blocks) < 300)
