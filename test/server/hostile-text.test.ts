/** Untrusted sources and names in what the editor renders: no picture is fetched, no link or code in them is shown. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hover } from 'vscode-languageserver';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFiles } from '../../extension/server/node-files.ts';
import { EXPLAIN_REQUEST, type ExplainedFinding } from '../../extension/server/protocol.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { DRIVER } from '../cli/netmem.ts';
import { PULLING, type Session, start, stopAll } from './harness.ts';

const PICTURE = '![x](https://evil.example/a.png)';
const NO_OTHERS = {
  readFile: () => Promise.resolve(null),
  readDirectory: () => Promise.resolve(null),
  staysIn: () => Promise.resolve(false),
};
let home = '';
let session: Session;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'netmem-hostile-'));
  session = await start(PULLING, {}, { analyzer: await analyserForTests(), access: nodeFiles(NO_OTHERS) });
});
afterEach(() => {
  stopAll();
  rmSync(home, { recursive: true, force: true });
});

/** Opens a file with this name and text. @returns its URI */
async function open(name: string, text: string): Promise<string> {
  mkdirSync(join(home, 'foo'), { recursive: true });
  writeFileSync(join(home, 'foo', name), text);
  const uri = pathToFileURL(join(home, 'foo', name)).toString();
  await session.open(uri, text);
  return uri;
}

/** What a renderer of Markdown would make of it: code is shown as it is. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[^]*?^\1`*$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

const ARGUMENTS = [
  `"${PICTURE}"`,
  `"\`${PICTURE}\`"`,
  `"\`\`\`" /*\n\`\`\`\n${PICTURE}\n*/`,
  `'"' "</code><img src=https://evil.example/a.png>"`,
];

test.each(ARGUMENTS)('a hover over a call with %j', async (argument) => {
  const text = DRIVER.replace('page_pool_get_dma_addr(buf->page)', `page_pool_get_dma_addr(${argument})`);
  const uri = await open('foo.c', text);
  const at = text.indexOf('page_pool_get_dma_addr(');
  const line = text.slice(0, at).split('\n').length - 1;
  const hover = await session.client.sendRequest<Hover | null>('textDocument/hover', {
    textDocument: { uri },
    position: { line, character: at - text.lastIndexOf('\n', at) + 2 },
  });
  const markdown = String(Reflect.get(hover?.contents ?? {}, 'value'));
  expect(markdown).toContain('page_pool_get_dma_addr_netmem');
  expect(withoutCode(markdown)).not.toMatch(/!\[|<img|evil/);
});

test.each([
  `a\`${PICTURE.replace(/[/:]/g, '')}\`.c`,
  'x](command:evil).c',
  '`<img src=x>`.c',
  '``` .c',
  'a%zz%00#?.c',
  'new\nline.c',
])('an explanation of a finding in %j', async (name) => {
  const uri = await open(name, DRIVER);
  const lines = DRIVER.split('\n');
  const line = lines.findIndex((text) => text.includes('dma_sync_single_for_cpu'));
  const [explained] = await session.client.sendRequest<readonly ExplainedFinding[]>(EXPLAIN_REQUEST, {
    uri,
    range: { start: { line, character: 2 }, end: { line, character: 2 } },
  });
  expect(explained?.rule).toBe('rx6-dma-sync');
  // Our own links are commands of ours, with arguments that end at no bracket.
  const bare = withoutCode(explained?.markdown ?? '').replaceAll(/\]\(command:netmem\.\w+\?[\w%.-]*\)/g, '');
  expect(bare).not.toMatch(/!\[|<img|\]\(|evil/);
  expect(explained?.text.split('\n').filter((text) => text.startsWith('line.c'))).toEqual([]);
});
