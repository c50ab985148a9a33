/** Ranges at the border: offsets inside the analyser, line and character in the protocol. Both count UTF-16 units. */
import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { LineIndex } from '../analyzer/index.ts';
import type { OffsetRange } from '../analyzer/index.ts';

/** By document and version; null where carriage returns end lines too. */
const indexes = new WeakMap<TextDocument, { readonly version: number; readonly lines: LineIndex | null }>();

/** As `document.positionAt` says, which reads a long document anew in every version. */
function positionIn(document: TextDocument, offset: number): Position {
  let index = indexes.get(document);
  if (index?.version !== document.version) {
    const text = document.getText();
    index = { version: document.version, lines: text.includes('\r') ? null : new LineIndex(text) };
    indexes.set(document, index);
  }
  const found = index.lines?.position(offset);
  return found === undefined ? document.positionAt(offset) : { line: found.line, character: found.column };
}

export function toRange(document: TextDocument, range: OffsetRange): Range {
  return { start: positionIn(document, range.start), end: positionIn(document, range.end) };
}

/** True if the two share a place; an empty range (a caret) touches the range it stands at the end of. */
export function touches(range: OffsetRange, start: number, end: number): boolean {
  return range.start <= end && start <= range.end;
}

/**
 * True for a file of C that lies in a directory. Old versions of files that an editor shows beside new ones have a
 * query in their URI, and are nobody's driver.
 */
export function isSource(document: TextDocument): boolean {
  const { path, query, scheme } = URI.parse(document.uri);
  return scheme !== 'untitled' && query === '' && /\/.*\.[ch]$/.test(path);
}
