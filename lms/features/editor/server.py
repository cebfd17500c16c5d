"""The language server: requests of an editor answered from its text, checks running beside (see `checks`)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec, TextDocument

from lms.engine.scenario.language.compile import FILE
from lms.engine.scenario.language.repair import missing_ids
from lms.engine.scenario.language.symbols import Symbol, Symbols, Use
from lms.engine.scenario.proof.plan import SUFFIX, Plan
from lms.engine.source.problem import Problem
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile
from lms.features.editor import completion, hover, protocol
from lms.features.editor.checks import Checks
from lms.features.editor.places import Folders, home_of
from lms.features.editor.protocol import Converter
from lms.features.editor.rename import renamed
from lms.features.editor.worker import Found, Job, names_of
from lms.kernel.errors import LmsError

TRIGGERS = ["#", "(", " ", ":", "[", ",", "*", "{"]


class Editor:
    """What the server knows of one editor: its open texts, their names, and what was found in them."""

    def __init__(self, server: LanguageServer, today: Callable[[], date]) -> None:
        self.server, self.today = server, today
        self.folders = Folders()
        self.known: dict[str, tuple[tuple[SourceFile, ...], Symbols]] = {}
        """The names of each scenario, with the files that they were found in."""
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
        documents = self.server.workspace.text_documents.values()
        return {path: one.source for one in documents if (path := _path(one.uri)) is not None}

    def files(self, uri: str) -> tuple[str, tuple[SourceFile, ...]]:
        """Return the scenario that a text belongs to, by what messages call it, and its files as they are here."""
        path = _path(uri)
        if path is None:
            return uri, (SourceFile(uri, FILE, self.document(uri).source.encode("utf-8", "replace")),)
        texts = self.texts()
        home = home_of(path, texts)
        if home is None or home.kind != "scenario":
            return "", ()
        return home.path, self.folders.files(home, texts)

    def symbols(self, uri: str, *, fresh: bool = True) -> Symbols:
        """Return the names of a text's scenario; without `fresh`, those of the last check will do."""
        home, files = self.files(uri)
        before, known = self.known.get(home, ((), Symbols()))
        if home and (home not in self.known or (fresh and before != files)):
            known = names_of(files).or_else(known)
            self.known[home] = (files, known)
        return known

    # --- checks -------------------------------------------------------------------------------------------------

    def changed(self, uri: str) -> None:
        """Check the folder of a text that was opened or changed."""
        path = _path(uri)
        texts = self.texts()
        home = home_of(path, texts) if path else None
        if path is None or home is None:
            return
        files = self.folders.files(home, texts)
        name = path.relative_to(home.folder).as_posix()
        self.checks.check(Job("static", home.kind, home.path, files, self.today(), name))

    def learn(self, job: Job, known: Symbols) -> None:
        """Keep the names of a text."""
        if known.symbols:
            _, older = self.known.get(job.path, ((), Symbols()))
            self.known[job.path] = (job.files, known.or_else(older))

    def publish(self, job: Job, found: Found, is_all: bool) -> None:  # noqa: FBT001 - a callback's word
        """Show the problems of a folder, each in its file; files without any more are cleared."""
        by_file: dict[str, list[Problem]] = {file: [] for file in self.shown.get(job.path, {})}
        by_file.setdefault(f"{job.path}/{job.name}", [])
        for problem in found.problems:
            by_file.setdefault(problem.span.path, []).append(problem)
        for file, problems in by_file.items():
            uri = self.uri(file)
            at = self.at(uri)
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    uri=uri,
                    version=self.document(uri).version,
                    diagnostics=[protocol.diagnostic(problem, at, self.location) for problem in problems],
                )
            )
        self.shown[job.path] = by_file
        if is_all and found.bound:
            self.server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"{job.path}: {found.bound}"))

    # --- names --------------------------------------------------------------------------------------------------

    def named(self, uri: str, position: types.Position) -> tuple[Symbol | Use | None, Symbols]:
        """Return what is named at a place, with all names of the scenario."""
        known = self.symbols(uri)
        row, column = self.at(uri).place(position)
        return known.at(self.path(uri), row + 1, column + 1), known

    def uri(self, path: str) -> str:
        """Return the address of a file that a span names: of an open text the one by which the editor knows it."""
        known = self.server.workspace.text_documents.values()
        return next((one.uri for one in known if self.path(one.uri) == path), None) or protocol.uri_of(path)

    def path(self, uri: str) -> str:
        """Return what spans call a text."""
        path = _path(uri)
        return path.as_posix() if path else uri

    def lines(self, path: str) -> list[str]:
        """Return the lines of a file that a span names, as they are in the editor."""
        return [line.rstrip("\r\n") for line in self.at(self.uri(path)).lines]

    def location(self, span: Span) -> types.Location:
        """Return a place as the protocol's."""
        uri = self.uri(span.path)
        return types.Location(uri, self.at(uri).range(span))


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
        editor.folders.forget()
        editor.changed(params.text_document.uri)


def _answer(server: LanguageServer, editor: Editor) -> None:
    """Register what an editor asks."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    async def complete(params: types.CompletionParams) -> types.CompletionList:
        uri = params.text_document.uri
        at = editor.at(uri)
        row, column = at.place(params.position)
        lines = [line.rstrip("\r\n") for line in at.lines]
        found = completion.complete(
            lines, row, column, editor.symbols(uri, fresh=False), Plan if uri.endswith(SUFFIX) else None
        )
        return protocol.completion_list(found, row, column, at)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def explain(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        at = editor.at(uri)
        place = (editor.path(uri), *at.place(params.position))
        found = hover.hover(editor.lines, place, editor.symbols(uri))
        if found is None:
            return None
        text, span = found
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content, at.range(span) if span else None)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def define(params: types.DefinitionParams) -> types.Location | None:
        found, known = editor.named(params.text_document.uri, params.position)
        symbol = found if isinstance(found, Symbol) or found is None else known.find(found.kind, found.id)
        return editor.location(symbol.span) if symbol else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def refer(params: types.ReferenceParams) -> list[types.Location]:
        found, known = editor.named(params.text_document.uri, params.position)
        if found is None:
            return []
        symbol = known.find(found.kind, found.id)
        spans = [use.span for use in known.uses_of(found.kind, found.id)]
        spans += [symbol.span] if symbol and params.context.include_declaration else []
        return [editor.location(span) for span in sorted(spans)]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def list_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        uri = params.text_document.uri
        return protocol.outline(editor.symbols(uri), editor.path(uri), editor.at(uri))


def _change(server: LanguageServer, editor: Editor) -> None:
    """Register what an editor has changed."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found, known = editor.named(params.text_document.uri, params.position)
        if found is None or known.find(found.kind, found.id) is None or not getattr(found, "is_exact", True):
            return None
        return types.PrepareRenamePlaceholder(editor.location(found.span).range, found.id)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        uri = params.text_document.uri
        found, known = editor.named(uri, params.position)
        if found is None:
            return None
        try:
            changes = renamed(editor.files(uri)[1], known, (found.kind, found.id), params.new_name)
        except LmsError as error:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Error, str(error)))
            return None
        edits: dict[str, list[types.TextEdit]] = {}
        for change in changes:
            where = editor.location(change.span)
            edits.setdefault(where.uri, []).append(types.TextEdit(where.range, change.text))
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
