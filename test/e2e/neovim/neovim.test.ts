/** `netmem lsp --stdio` in a real Neovim: another editor's client, another way to send diagnostics. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { neovim } from '../vscode/debian.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
const home = mkdtempSync(join(tmpdir(), 'netmem-neovim-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly source: string;
  readonly message: string;
}

interface Answers {
  readonly failure?: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly actions: readonly string[];
  readonly text?: string;
  readonly left?: number;
  readonly undone?: string;
}

/** Opens `text` in Neovim and takes the action whose title starts with `action` on the line that has `word`. */
function session(text: string, word: string, action: string): Answers {
  const editor = neovim();
  if (!editor.ok) throw new Error(editor.error);
  const driver = join(home, 'foo');
  mkdirSync(driver, { recursive: true });
  const file = join(driver, 'foo.c');
  writeFileSync(file, text);
  const before = text.slice(0, text.indexOf(word)).split('\n');
  const answers = join(home, 'answers.json');
  execFileSync(
    editor.path,
    [
      '--headless',
      '-n',
      '-u',
      'NONE',
      '-i',
      'NONE',
      file,
      '-c',
      `luafile ${join(import.meta.dirname, 'session.lua')}`,
    ],
    {
      cwd: driver,
      timeout: 120_000,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        XDG_STATE_HOME: home,
        XDG_CACHE_HOME: home,
        NETMEM_NODE: process.execPath,
        NETMEM_COMMAND: join(ROOT, 'dist/netmem.cjs'),
        NETMEM_ACTION: action,
        NETMEM_LINE: String(before.length),
        NETMEM_COLUMN: String(before.at(-1)?.length ?? 0),
        NETMEM_ANSWERS: answers,
      },
    },
  );
  return JSON.parse(readFileSync(answers, 'utf8')) as Answers;
}

test('a driver is opened, its findings come, a conversion is taken and undone', () => {
  const { failure, diagnostics, text, left, undone } = session(
    CONVERTIBLE,
    'page_pool_dev_alloc_pages',
    'Convert',
  );
  expect(failure).toBeUndefined();
  expect(new Set(diagnostics.map(({ source }) => source))).toEqual(new Set(['netmem']));
  expect(diagnostics.map(({ code }) => code)).toContain('rx3-page-api');
  expect(text).toContain('netmem_ref');
  expect(text).not.toContain('page_pool_dev_alloc_pages');
  expect(left).toBeLessThan(diagnostics.length);
  expect(undone).toBe(CONVERTIBLE);
});

test('each finding comes once, and the menu has nothing that only VS Code can do', () => {
  const { diagnostics, actions } = session(CONVERTIBLE, 'page_pool_dev_alloc_pages', 'Convert');
  const places = diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
  expect(new Set(places).size).toBe(places.length);
  expect(actions.filter((title) => /^(Explain|Copy|Preview)/.test(title))).toEqual([]);
  expect(actions.filter((title) => title.startsWith('Accept'))).toHaveLength(3);
});
