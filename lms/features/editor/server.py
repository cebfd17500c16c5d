"""The language server: requests of an editor answered from its text, checks running beside (see `checks`)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec, TextDocument

from lms.engine.scenario.compile import FILE
from lms.engine.scenario.repair import missing_ids
from lms.engine.scenario.symbols import Symbol, Symbols, Use
from lms.engine.source.problem import Problem
from lms.engine.source.text import SourceFile
from lms.features.editor import completion, hover, protocol
from lms.features.editor.checks import Checks
from lms.features.editor.places import Folders, Home, home_of
from lms.features.editor.protocol import Converter
from lms.features.editor.rename import Change, renamed
from lms.features.editor.worker import Found, Job, names_of
from lms.kernel.errors import LmsError

TRIGGERS = ["#", "(", " ", ":", "[", ",", "*", "{"]


class Editor:
    """What the server knows of one editor: its open texts, their names, and what was found in them."""

    def __init__(self, server: LanguageServer, today: Callable[[], date]) -> None:
        self.server, self.today = server, today
        self.folders = Folders()
        self.known: dict[str, tuple[int | None, Symbols]] = {}
        self.shown: dict[str, dict[str, list[Problem]]] = {}
        """The problems that the editor shows, by folder and file."""
        self.checks = Checks(self.publish, self.learn)

    # --- texts --------------------------------------------------------------------------------------------------

    def document(self, uri: str) -> TextDocument:
        """Return a text as it is now."""
        return self.server.workspace.get_text_document(uri)

    def codec(self) -> PositionCodec:
        """Return what counts columns as the client does."""
        return self.server.workspace.position_codec

    def at(self, uri: str) -> Converter:
        """Return what turns places of a text into the client's."""
        return Converter(self.codec(), self.document(uri).lines)

    def texts(self) -> dict[Path, str]:
        """Return every open text by its file."""
        documents = self.server.workspace.text_documents
        return {path: document.source for uri, document in documents.items() if (path := _path(uri)) is not None}

    def symbols(self, uri: str, *, fresh: bool = True) -> Symbols:
        """Return the names of a text; without `fresh`, those of the last one that was checked will do."""
        document = self.document(uri)
        version, known = self.known.get(uri, (None, Symbols()))
        if uri not in self.known or (fresh and version != document.version):
            path = _path(uri)
            home = home_of(path) if path else None
            if path and (home is None or home.kind != "scenario"):
                return Symbols()
            known = names_of(str(path or uri), document.source.encode("utf-8", "replace")).or_else(known)
            self.known[uri] = (document.version, known)
        return known

    # --- checks -------------------------------------------------------------------------------------------------

    def changed(self, uri: str) -> None:
        """Check the folder of a text that was opened or changed."""
        path = _path(uri)
        home = home_of(path) if path else None
        if path is None or home is None:
            return
        files = self.folders.files(home, self.texts())
        name = path.relative_to(home.folder).as_posix()
        self.checks.check(Job("static", home.kind, home.path, files, self.today(), name))

    def learn(self, job: Job, known: Symbols) -> None:
        """Keep the names of a text, if it is still the text."""
        uri = protocol.uri_of(f"{job.path}/{job.name}")
        document = self.server.workspace.text_documents.get(uri)
        file = next((file for file in job.files if file.name == job.name), None)
        if document is not None and file is not None and known.symbols:
            is_new = document.source.encode("utf-8", "replace") == file.data
            _, older = self.known.get(uri, (None, Symbols()))
            self.known[uri] = (document.version if is_new else None, known.or_else(older))

    def publish(self, job: Job, found: Found, is_all: bool) -> None:  # noqa: FBT001 - a callback's word
        """Show the problems of a folder, each in its file; files without any more are cleared."""
        by_file: dict[str, list[Problem]] = {file: [] for file in self.shown.get(job.path, {})}
        by_file.setdefault(f"{job.path}/{job.name}", [])
        for problem in found.problems:
            by_file.setdefault(problem.span.path, []).append(problem)
        for file, problems in by_file.items():
            uri = protocol.uri_of(file)
            at = self.at(uri)
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    uri=uri,
                    version=self.document(uri).version,
                    diagnostics=[protocol.diagnostic(problem, at) for problem in problems],
                )
            )
        self.shown[job.path] = by_file
        if is_all and found.bound:
            self.server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"{job.path}: {found.bound}"))

    # --- names --------------------------------------------------------------------------------------------------

    def named(self, uri: str, position: types.Position) -> tuple[Symbol | Use | None, Symbols, Converter]:
        """Return what is named at a place, with all names of the text."""
        at = self.at(uri)
        known = self.symbols(uri)
        row, column = at.place(position)
        return known.at(row + 1, column + 1), known, at

    def changes(self, uri: str, found: Symbol | Use, new: str) -> list[Change]:
        """Return every change that a rename makes, in the scenario's file and beside it. Raises Invalid."""
        path = _path(uri)
        home: Home | None = home_of(path) if path else None
        document = self.document(uri)
        own = str(path or uri)
        others = [file for file in self.folders.files(home, self.texts()) if home and file.path != own] if home else []
        name = (found.kind, found.id)
        return renamed(
            SourceFile(own, "", document.source.encode("utf-8", "replace")), self.symbols(uri), name, new, others
        )


def _path(uri: str) -> Path | None:
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None


def make_server(today: Callable[[], date]) -> LanguageServer:
    """Return the server, ready to be started; `today` says for which day references must be up to date."""
    server = LanguageServer("ymarfer", "1")
    editor = Editor(server, today)
    _keep_up(server, editor)
    _answer(server, editor)
    _change(server, editor)
    return server


def _keep_up(server: LanguageServer, editor: Editor) -> None:
    """Register what an editor tells."""

    @server.feature(types.INITIALIZED)
    async def initialized(_params: types.InitializedParams) -> None:
        await editor.checks.warm()

    @server.feature(types.SHUTDOWN)
    async def shutdown(_params: None) -> None:
        await editor.checks.stop()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        editor.folders.forget()
        editor.changed(params.text_document.uri)
        editor.symbols(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        editor.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        editor.folders.forget()
        editor.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        editor.known.pop(params.text_document.uri, None)


def _answer(server: LanguageServer, editor: Editor) -> None:
    """Register what an editor asks."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    async def complete(params: types.CompletionParams) -> types.CompletionList:
        uri = params.text_document.uri
        at = editor.at(uri)
        row, column = at.place(params.position)
        lines = [line.rstrip("\r\n") for line in at.lines]
        found = completion.complete(lines, row, column, editor.symbols(uri, fresh=False))
        return protocol.completion_list(found, row, column, at)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def explain(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        at = editor.at(uri)
        row, column = at.place(params.position)
        found = hover.hover([line.rstrip("\r\n") for line in at.lines], row, column, editor.symbols(uri))
        if found is None:
            return None
        text, span = found
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content, at.range(span) if span else None)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def define(params: types.DefinitionParams) -> types.Location | None:
        found, known, at = editor.named(params.text_document.uri, params.position)
        symbol = found if isinstance(found, Symbol) or found is None else known.find(found.kind, found.id)
        return types.Location(params.text_document.uri, at.range(symbol.span)) if symbol else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def refer(params: types.ReferenceParams) -> list[types.Location]:
        uri = params.text_document.uri
        found, known, at = editor.named(uri, params.position)
        if found is None:
            return []
        symbol = known.find(found.kind, found.id)
        spans = [use.span for use in known.uses_of(found.kind, found.id)]
        spans += [symbol.span] if symbol and params.context.include_declaration else []
        return [types.Location(uri, at.range(span)) for span in sorted(spans)]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def list_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        uri = params.text_document.uri
        return protocol.outline(editor.symbols(uri), editor.at(uri))


def _change(server: LanguageServer, editor: Editor) -> None:
    """Register what an editor has changed."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found, known, at = editor.named(params.text_document.uri, params.position)
        if found is None or known.find(found.kind, found.id) is None or not getattr(found, "is_exact", True):
            return None
        return types.PrepareRenamePlaceholder(at.range(found.span), found.id)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        uri = params.text_document.uri
        found, _, _ = editor.named(uri, params.position)
        if found is None:
            return None
        try:
            changes = editor.changes(uri, found, params.new_name)
        except LmsError as error:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Error, str(error)))
            return None
        edits: dict[str, list[types.TextEdit]] = {}
        for change in changes:
            where = protocol.uri_of(change.span.path) if change.span.path != uri else uri
            edits.setdefault(where, []).append(types.TextEdit(editor.at(where).range(change.span), change.text))
        return types.WorkspaceEdit(changes=edits)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def mend(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        meant = [
            types.CodeAction(
                title=f"Write '{one.data['meant']}'",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[one],
                is_preferred=True,
                edit=types.WorkspaceEdit(changes={uri: [types.TextEdit(one.range, one.data["meant"])]}),
            )
            for one in params.context.diagnostics
            if isinstance(one.data, dict) and "meant" in one.data
        ]
        path = _path(uri)
        if path is None or path.name != FILE:
            return meant
        return [*meant, *_missing(editor, uri, params)]


def _missing(editor: Editor, uri: str, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the action that writes every missing id, where one of them is missing here."""
    document = editor.document(uri)
    found = missing_ids(str(_path(uri)), document.source.encode("utf-8", "replace"))
    at = editor.at(uri)
    first, last = params.range.start.line, params.range.end.line
    if not any(first <= edit.line - 1 <= last for edit in found):
        return []
    edits = []
    for edit in found:
        place = at.between(edit.line - 1, edit.column - 1, edit.line - 1, edit.column - 1)
        edits.append(types.TextEdit(place, edit.text))
    change = types.WorkspaceEdit(changes={uri: edits})
    return [types.CodeAction(title="Write missing ids", kind=types.CodeActionKind.QuickFix, edit=change)]
