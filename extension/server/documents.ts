/** Ranges at the border: offsets inside the analyser, line and character in the protocol. Both count UTF-16 units. */
import type { Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { OffsetRange } from '../analyzer/text/range.ts';

export function toRange(document: TextDocument, range: OffsetRange): Range {
  return { start: document.positionAt(range.start), end: document.positionAt(range.end) };
}

/** True if the two share a place; an empty range (a caret) touches the range it stands at the end of. */
export function touches(range: OffsetRange, start: number, end: number): boolean {
  return range.start <= end && start <= range.end;
}

/** Directory of a URI, without the slash at its end. */
export function directoryOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}
