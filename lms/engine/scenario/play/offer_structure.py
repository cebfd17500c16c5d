"""What a learner sees of hubs: what has been looked at, and how much more it takes to leave."""

from lms.engine.scenario.play.machine import ReadyScene
from lms.engine.scenario.play.scene import OfferedHub
from lms.engine.scenario.play.state import State


def offered_hub(ready: ReadyScene, state: State) -> OfferedHub | None:
    """Return a hub as it is now; None for any other scene."""
    hub = ready.scene.hub
    if hub is None:
        return None
    seen = tuple(
        choice.label for choice in ready.scene.choices if choice.id != hub.exit and choice.id in state["chosen"]
    )
    return OfferedHub(seen, max(0, hub.least - len(seen)))
