"""The rules of SARIF 2.1.0 for the objects that we write, from the text of the standard; each names its section.

Every object is closed: a property that the standard does not know, or that stands in the wrong object, is refused.
"""


def closed(required=(), /, **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def list_of(item, **more):
    return {"type": "array", "items": item, **more}


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
INDEX = {"type": "integer", "minimum": 0}
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # §3.27.10, §3.58.6

MESSAGE = closed(["text"], text=TEXT)  # §3.11: text, or an id
MULTIFORMAT = closed(["text"], text=TEXT, markdown=TEXT)  # §3.12
ARTIFACT_LOCATION = closed(
    ["uri"], uri={"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$"}
)  # §3.4, RFC 3986
SNIPPET = closed(text={"type": "string"})  # §3.3
REGION = closed(  # §3.30: a text region has a start line; the end column lies behind the last character
    ["startLine"],
    startLine=COUNT,
    startColumn=COUNT,
    endLine=COUNT,
    endColumn=COUNT,
    snippet=SNIPPET,
)
PHYSICAL = closed(["artifactLocation"], artifactLocation=ARTIFACT_LOCATION, region=REGION)  # §3.29
LOCATION = closed(physicalLocation=PHYSICAL, message=MESSAGE)  # §3.28
STEP = closed(location=LOCATION, executionOrder=COUNT)  # §3.38
THREAD_FLOW = closed(["locations"], locations=list_of(STEP, minItems=1))  # §3.37
CODE_FLOW = closed(["threadFlows"], threadFlows=list_of(THREAD_FLOW, minItems=1))  # §3.36
RESULT = closed(  # §3.27
    ["message"],
    ruleId=TEXT,
    ruleIndex=INDEX,
    level=LEVEL,
    message=MESSAGE,
    locations=list_of(LOCATION),
    codeFlows=list_of(CODE_FLOW),
)
RULE = closed(  # §3.49
    ["id"],
    id=TEXT,
    name={"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"},
    shortDescription=MULTIFORMAT,
    defaultConfiguration=closed(level=LEVEL),  # §3.50
)
NOTIFICATION = closed(["message"], message=MESSAGE, level=LEVEL, descriptor=closed(id=TEXT))  # §3.58, §3.52
INVOCATION = closed(  # §3.20
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    toolExecutionNotifications=list_of(NOTIFICATION),
)
DRIVER = closed(["name"], name=TEXT, rules=list_of(RULE, uniqueItems=True))  # §3.19
RUN = closed(  # §3.14
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),  # §3.18
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=list_of(INVOCATION),
    results=list_of(RESULT),
)
LOG = closed(  # §3.13
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=list_of(RUN),
)
