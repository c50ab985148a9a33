/** Ranges at the border: offsets inside the analyser, line and character in the protocol. Both count UTF-16 units. */
import type { Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import type { OffsetRange } from '../analyzer/text/range.ts';

export function toRange(document: TextDocument, range: OffsetRange): Range {
  return { start: document.positionAt(range.start), end: document.positionAt(range.end) };
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
