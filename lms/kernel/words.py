"""Words for people, written below the layer that can translate them."""


def N_(message: str) -> str:  # noqa: N802 - the name that extractors of messages look for
    """Mark a message for translation; `base.web` translates it when it is shown."""
    return message
