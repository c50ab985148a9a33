/**
 * The fixture mini-language: a driver as one unindented string, with what is expected of it written inside.
 *
 *     //- rx.c                      starts a file; without it everything is `driver.c`
 *     $0                            the cursor, taken out of the text
 *     //      ^^^^ rule: message    a finding on the line above, exactly under the carets
 *     //< rule: message             a finding anywhere on the line above
 *
 * After the rule may stand what can be done: `rule [safe]: …`. The message is part of the finding's message or of its
 * evidence, and may be left out with its colon. Columns are visual (a tab goes to the next multiple of 8), so that marks line up with
 * kernel code. Marks are taken out before the text is analysed, so they never change a line the analyser sees.
 */
import type { FixKind } from '../../extension/analyzer/finding.ts';
import { filePath, type FilePath } from '../../extension/analyzer/text/range.ts';

export interface FixtureFile {
  readonly path: FilePath;
  readonly text: string;
}

/** A finding that is expected. Lines count from 1, in the text without the marks. */
export interface Mark {
  readonly file: FilePath;
  readonly line: number;
  /** Visual columns from 0, end excluded; null if the mark is for the whole line. */
  readonly columns: { readonly start: number; readonly end: number } | null;
  readonly rule: string;
  readonly fix: FixKind | null;
  readonly message: string | null;
}

export interface Cursor {
  readonly file: FilePath;
  readonly offset: number;
}

export interface Fixture {
  readonly files: readonly FixtureFile[];
  readonly marks: readonly Mark[];
  readonly cursor: Cursor | null;
}

const TAB = 8;
const CURSOR = '$0';
const MARK =
  /^\/\/([ \t]*)(\^+|<)[ \t]*(?<rule>[a-z0-9-]+)?(?: \[(?<fix>[a-z]+)\])?(?::[ \t]*(?<message>.*))?$/;
const LOOKS_LIKE_MARK = /^\/\/[ \t]*(\^|<)/;
const FILE = /^\/\/- (\S+)$/;

/** Visual column of a character index in a line. */
export function visualColumn(line: string, index: number): number {
  let column = 0;
  for (const character of line.slice(0, index)) column += character === '\t' ? TAB - (column % TAB) : 1;
  return column;
}

/** Reads a fixture. Throws on a mark that has no line above it, a bad mark, two cursors or two files of one name. */
export function parseFixture(source: string): Fixture {
  const files: FixtureFile[] = [];
  const marks: Mark[] = [];
  let cursor: Cursor | null = null;
  for (const { path, lines } of splitFiles(source)) {
    if (files.some((file) => file.path === path)) throw new Error(`two files are called ${path}`);
    const code: string[] = [];
    for (const line of lines) {
      if (!LOOKS_LIKE_MARK.test(line)) {
        code.push(line);
        continue;
      }
      if (code.length === 0) throw new Error(`${path}: no line above the mark "${line}"`);
      marks.push(readMark(path, code.length, line));
    }
    const text = code.join('\n');
    const offset = text.indexOf(CURSOR);
    if (offset >= 0) {
      if (cursor !== null || text.includes(CURSOR, offset + 1)) throw new Error(`${path}: a second cursor`);
      cursor = { file: path, offset };
    }
    files.push({ path, text: text.replace(CURSOR, '') });
  }
  return { files, marks, cursor };
}

function splitFiles(source: string): { path: FilePath; lines: string[] }[] {
  const lines = source.replace(/^\n/, '').split('\n');
  const files: { path: FilePath; lines: string[] }[] = [];
  for (const line of lines) {
    const name = FILE.exec(line)?.[1];
    const last = files.at(-1);
    if (name !== undefined) files.push({ path: filePath(name), lines: [] });
    else if (last === undefined) files.push({ path: filePath('driver.c'), lines: [line] });
    else last.lines.push(line);
  }
  return files;
}

function readMark(file: FilePath, line: number, text: string): Mark {
  const match = MARK.exec(text);
  const rule = match?.groups?.['rule'];
  if (match === null || rule === undefined) {
    throw new Error(`${file}:${line}: not a mark: "${text}" (wanted: //  ^^^ rule: message)`);
  }
  const blanks = match[1] ?? '';
  const pointer = match[2] ?? '';
  const start = visualColumn(text, 2 + blanks.length);
  return {
    file,
    line,
    columns: pointer === '<' ? null : { start, end: start + pointer.length },
    rule,
    fix: readFix(file, line, match.groups?.['fix']),
    message: match.groups?.['message']?.trim() ?? null,
  };
}

function readFix(file: FilePath, line: number, fix: string | undefined): FixKind | null {
  switch (fix) {
    case undefined:
      return null;
    case 'none':
    case 'safe':
    case 'unsafe':
    case 'advice':
      return fix;
    default:
      throw new Error(`${file}:${line}: [${fix}] is none of [none], [safe], [unsafe], [advice]`);
  }
}
