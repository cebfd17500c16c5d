"""`lms lsp`: the language server, for editors."""

import gc

import click

from lms.features.editor.server import make_server
from lms.kernel.clock import Clock


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output; this is always so.")
def lsp(*, stdio: bool) -> None:  # noqa: ARG001 - editors pass the flag, and there is nothing to choose
    """Speak the Language Server Protocol with an editor, over standard input and output.

    Problems while you type, completion, what a name is, where it is defined and used, renaming everywhere, an outline,
    and one key for "did you mean". Editors start this by themselves; docs/how-to/use-an-editor.md says how.
    """
    server = make_server(lambda: Clock().now().date())
    gc.freeze()  # what lives as long as the server is not searched for rubbish: that took 70 ms of somebody's completion
    server.start_io()
