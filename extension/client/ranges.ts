/** Ranges of the protocol as the editor's own, and back. */
import * as vscode from 'vscode';
import type { ProtocolRange } from '../server/protocol.ts';

export function toRange({ start, end }: ProtocolRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function fromRange({ start, end }: vscode.Range): ProtocolRange {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}
