"""Sample values for the gallery, of the real types where they exist."""

from types import SimpleNamespace as Plain

from lms.base.web.forms import FieldProblem
from lms.engine.scenario.play import debriefing
from lms.engine.scenario.play.scene import (
    OfferedChoice,
    OfferedHub,
    OfferedOption,
    OfferedOptions,
    OfferedOrder,
    OfferedQuestion,
    OfferedText,
    ReachedEnding,
    Scene,
    ShownChart,
    ShownDialogue,
    ShownDocument,
    ShownProse,
    ShownRecording,
    ShownScale,
    ShownTrack,
    ShownVideo,
    Word,
)
from lms.engine.scenario.program import program
from lms.engine.source.media import Captions

TRAY = (
    ShownProse("You reach for the tray. Eluned pulls her sleeve down over her wrist, too late."),
    ShownDialogue(
        "eluned",
        "Eluned Parry",
        "EP",
        "",
        "cy",
        "[Dim byd, cariad.]{lang=cy} It’s nothing. You won’t tell anyone, will you?",
    ),
)


def scene(**changes) -> Scene:
    """Make a scene like the first of *Between you and me*."""
    values = {
        "step": 6,
        "id": "tray",
        "title": "Supper tray",
        "kind": "decision",
        "awaits": "choose",
        "blocks": TRAY,
        "said": (ShownProse("She lets go of her sleeve."),),
        "feedback": "",
        "words": (),
        "due": (),
        "later_came": False,
        "ask": "What do you say?",
        "choices": (),
        "options": None,
        "free_text": None,
        "question": None,
        "order": None,
        "asks_how_sure": False,
        "clock": "19:42",
        "progress": 34,
        "minutes_left": 14,
        "ending": None,
    }
    return Scene(**(values | changes))


CHOOSE = scene(
    later_came=True,
    feedback="You sat down before you asked. She noticed.",
    choices=(
        OfferedChoice(
            "straight",
            "“I’m glad you’re telling me. I can’t keep it only to myself if you’re not safe, but I’ll be straight with you about who I tell.”",
            open=True,
        ),
        OfferedChoice("promise", "“Of course. This stays between you and me, I promise you that.”", open=True),
        OfferedChoice("fetch", "“Let me fetch Sian. She’s leading the shift.”", open=True),
        OfferedChoice("ring", "Ring Mair.", open=False, hint="There is no telephone in this room."),
    ),
)
HUB = scene(
    title="Her room",
    kind="hub",
    choices=(
        OfferedChoice("bin", "Look into the bin.", open=True),
        OfferedChoice("window", "Open the window, and look out for Sian.", open=True),
        OfferedChoice("sister", "Read the letter from her sister.", open=False, hint="She holds it in her hand."),
    ),
    hub=OfferedHub(("Look at the cup on the table.", "Ask how she slept, *really* slept."), 2),
)
CHECKPOINT = scene(
    title="The first shift is over",
    kind="checkpoint",
    awaits="go",
    blocks=(ShownProse("You hang up your tunic. Outside it has become dark."),),
    due=(
        Word("Log “ate little”", "A word in the log is read by nobody before the evening."),
        Word("Ask her about the toast", "", "right"),
    ),
)
TIMES = ("09:40", "10:30", "11:15", "12:15", "13:00", "13:50", "14:10")
OBSERVED = scene(
    title="Ten past two",
    said=(),
    blocks=(
        ShownChart(
            "Doreen, so far",
            TIMES,
            (
                ShownTrack(
                    "breaths",
                    "Respiratory rate",
                    "breaths a minute",
                    ("18", "20", "", "21", "22", "22", "24"),
                    (18, 20, None, 21, 22, 22, 24),
                    12,
                    20,
                    "12–20",
                ),
                ShownTrack(
                    "temperature",
                    "Temperature",
                    "°C",
                    ("37.2", "37.9", "37.9", "38.0", "38.1", "38.2", "38.2"),
                    (372, 379, 379, 380, 381, 382, 382),
                ),
                ShownTrack(
                    "alertness", "Alertness", "", ("Alert", "Alert", "", "Alert", "Alert", *["New confusion"] * 2)
                ),
            ),
            (ShownScale("news2", "NEWS2", ("0", "1", "", "3", "3", "9", "9")),),
        ),
        ShownChart("Her pulse", (), ()),
    ),
)
SELECT = scene(
    title="Write-up",
    awaits="select",
    said=(),
    blocks=(
        ShownDocument(
            "Incident record",
            "| Field | Entry |\n|---|---|\n| Date | 21 November |\n| Place | Bryn Awel, room 6 |\n\nWrite what you saw and heard.",
        ),
    ),
    options=OfferedOptions(
        "Which sentences belong in the record?",
        2,
        3,
        (
            OfferedOption("words", "She said: [“Mae o’n gafael mor galed”]{lang=cy} (he grips so hard)."),
            OfferedOption("assault", "Craig assaulted Mrs Parry."),
            OfferedOption("bruise", "A bruise of about 3 cm on the left wrist, drawn on the body map."),
        ),
    ),
)
WATCH = scene(
    title="Handover",
    blocks=(
        ShownProse("Mair comes in with her coat on. You have five minutes."),
        ShownVideo(
            "media/handover.webm",
            "handover.webm",
            "Mair takes over at seven",
            "Watch what she does *before* she asks.",
            (Captions("en", "handover.vtt"), Captions("cy", "handover.cy.vtt")),
            "Mair sits down. **Mair:** How was the night?\n\nA call bell rings.",
        ),
        ShownRecording("media/knock.mp3", "knock.mp3", "Somebody at the door", "", "Three slow knocks."),
    ),
    choices=(
        OfferedChoice("on", "Tell her about Olwen.", open=True),
        OfferedChoice("bell", "See to the bell.", open=True),
    ),
)
WRITE = scene(
    title="The call",
    awaits="write",
    said=(),
    free_text=OfferedText("call", "Mair picks up. What do you say first?", required=True, limit=1000),
)
GO = scene(title="In the corridor", awaits="go", said=(), kind="narration")
ENDING = scene(
    title="A week later",
    awaits="ended",
    kind="ending",
    progress=100,
    minutes_left=0,
    blocks=(ShownProse("She asks whether you would sit with her."),),
    ending=ReachedEnding("Secure", success=True, followups=("Say the R in SBAR",)),
)

ANSWER = scene(
    title="What does it come to?",
    kind="question",
    awaits="answer",
    ask="",
    words=(
        Word("Call Jo to the bedside", "She can be there in a minute.", "right"),
        Word("Sit her up with tea", "Nobody should drink who is this drowsy.", "wrong"),
        Word("Take all observations", "The number is what others act on.", "answer"),
    ),
    question=OfferedQuestion(
        "score",
        "Which of her values **score**?",
        several=True,
        items=(
            OfferedOption("score.breath", "Breathing 22 a minute"),
            OfferedOption("score.pulse", "Pulse 104"),
            OfferedOption("score.pressure", "Blood pressure 108 over 64, lying down, on the left arm"),
        ),
    ),
    asks_how_sure=True,
)
LINES = (
    OfferedOption("background", "She is 88, has a plan for hospital, and is allergic to penicillin."),
    OfferedOption("situation", "I am ringing from Bryn Awel about Doreen Okafor. Her NEWS2 is 9; it was 1."),
    OfferedOption("weather", "It has been a long morning and we are two short."),
    OfferedOption("request", "I need an emergency ambulance."),
)
ORDER = scene(
    title="The call",
    kind="order",
    awaits="order",
    ask="",
    order=OfferedOrder("sbar", "Put together what you say.", 1, 4, LINES),
    said=(),
)
SURE = scene(
    asks_how_sure=True,
    said=(),
    choices=(
        OfferedChoice("wait", "Wait for Jo’s break to end.", open=True),
        OfferedChoice("ring", "Ring 999 yourself, now.", open=True),
        OfferedChoice("drive", "Drive her there.", open=False, hint="The car is out."),
    ),
)
REFERENCE = program.Reference(
    "wsp",
    "Wales Safeguarding Procedures",
    "section 5",
    "Social Care Wales",
    "https://www.safeguarding.wales/",
    "2026-11-01",
    "2027-05-01",
)


def moment(step, title, did, clock, *, later=False):
    """Make one moment of a path."""
    return debriefing.Moment(step, f"scene-{step}", title, clock, did, (), "", "", later)


MOMENTS = (
    moment(1, "Supper tray", ("“Of course. This stays between you and me, I promise you that.”",), "19:42"),
    moment(2, "Where to talk", ("Move to her room and sit level.",), "19:44"),
    moment(3, "In the corridor", (), "21:00", later=True),
    moment(4, "A week later", (), ""),
)
POINT = debriefing.TurningPoint(
    id="first-minute",
    step=1,
    scene="tray",
    title="Supper tray",
    chosen=("promise",),
    rating="unsafe",
    why_plausible="It calms her at once, and it is what she asks for.",
    ask="What did she need in the first minute?",
    broke=("Kept a promise of secrecy",),
    followed=(
        debriefing.Followed(
            "later", 3, "In the corridor", (ShownProse("When you had to break the promise, she stopped talking."),)
        ),
    ),
    expert=("“I’m glad you’re telling me. I can’t keep it only to myself.”",),
    as_expert=False,
    why="A promise of secrecy cannot be kept once somebody may be at risk. Honesty about who will know keeps some control in her hands.",
    references=(REFERENCE,),
    alternatives=(debriefing.Alternative("fetch", "“Let me fetch Sian.”", "If nobody else can stay with her."),),
    lines=(
        Word("Her name and where you are", "First of all, so that help can set out.", "right"),
        Word("How long the morning was", "It costs seconds and changes nothing.", "stray"),
        Word("What you need", "", "missed"),
    ),
    sure="certain",
)
MUSTS = (
    debriefing.MustShown(
        "told", "Reported in the same shift", "Delay puts others at risk.", kept=True, forbids=False, references=()
    ),
    debriefing.MustShown(
        "secrecy",
        "Kept a promise of secrecy",
        "It cannot be kept honestly.",
        kept=False,
        forbids=True,
        references=(REFERENCE,),
    ),
)
BANDS = (
    ("Her voice and control", "Secure", "Strong"),
    ("Being honest", "Growing", "Secure"),
    ("Passing it on", "Strong", "Growing"),
    ("The record", "", ""),
)

PROBLEMS = (FieldProblem("name", "Something is missing here."), FieldProblem("zone", "Please choose one."))
SOURCE_PROBLEMS = (
    Plain(
        severity="error",
        code="SC012",
        span=Plain(path="scenarios/triage.md", line=42, column=24),
        what="no scene called 'recieve-call'",
        why="every choice leads to a scene of this file",
        fix="did you mean 'receive-call' (line 12)?",
        picture=["   42 | - [Pick up the phone](#recieve-call)", "      |                        ^^^^^^^^^^^^"],
    ),
    Plain(
        severity="warning",
        code="SC031",
        span=Plain(path="scenarios/triage.md", line=7, column=3),
        what="the reference 'wsp' is overdue for review since 1 May 2026",
        why="learners should not train by an old procedure",
        fix="check it, then set review_by",
        picture=[],
    ),
)
ACTIVITIES = (
    Plain(title="What abuse can look like", about="Lesson · 6 minutes", state="complete", href="/", action="Open"),
    Plain(title="When someone tells you", about="Lesson · 8 minutes", state="next", href="/", action="Start"),
    Plain(title="Check what you know", about="Quiz · 10 questions", state="open", href="/", action="Start"),
    Plain(title="Between you and me", about="Simulation · 20 minutes · counts", state="closed", href="", action=""),
)
LESSON = """When someone tells you about harm, **listen first**. You do not need proof.

## What helps

- Sit level with the person, in a quiet place.
- Use their own words, and their own language: [Ydych chi eisiau siarad Cymraeg?]{lang=cy}
- Say honestly who you will tell, and why.

> “He grips so hard when I’m slow.”

| Do | Do not |
|---|---|
| Ask open questions | Ask “Did he do it on purpose?” |
| Keep the nightdress as it is | Wash or tidy |

![Two chairs at the same height beside a bed](/static/0/icon-180.png)

<details><summary>Try it: what would you say first?</summary>

“I’m glad you are telling me.” It shows that you believe her without promising what you cannot keep.

</details>

### Later

1. Write it down with the time and her exact words.
2. Tell the person named in your policy, in the same shift. See [the procedures](https://www.safeguarding.wales/).
"""
