/** A client whose messages break off, or whose headers are none: the server answers the next one. */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { wholeFrames } from '../../extension/server/framing.ts';
import { NETMEM } from '../cli/netmem.ts';

const message = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

/** What passes, fed in pieces of a size. */
async function passed(input: string, size: number): Promise<{ text: string; problems: number }> {
  let problems = 0;
  const frames = wholeFrames(() => (problems += 1));
  const out: Buffer[] = [];
  frames.on('data', (part: Buffer) => out.push(part));
  const bytes = Buffer.from(input);
  for (let at = 0; at < bytes.length; at += size) frames.write(bytes.subarray(at, at + size));
  frames.end();
  await new Promise((done) => frames.on('end', done));
  return { text: Buffer.concat(out).toString(), problems };
}

test.each([1, 7, 100_000])('whole frames pass as they are, in pieces of %i bytes', async (size) => {
  const input = message('{"a":"ü"}') + message('') + `Content-Type: x\r\nContent-Length: 2\r\n\r\n{}`;
  expect(await passed(input, size)).toEqual({ text: input, problems: 0 });
});

test.each([
  ['without a length', 'Content-Type: json\r\n\r\n{"lost":1}'],
  ['with a length that is no number', 'Content-Length: many\r\n\r\n{}'],
  ['with a negative length', 'Content-Length: -5\r\n\r\n{}'],
  ['that is none', 'GET / HTTP/1.1\r\n\r\n'],
  ['that never ends', 'x'.repeat(100_000)],
])('a header %s is left out, and what follows passes', async (_, broken) => {
  const good = message('{"good":1}');
  for (const size of [1000, 100_000]) {
    const { text, problems } = await passed(good + broken + good, size);
    expect(text).toBe(good + good);
    expect(problems).toBe(1);
  }
});

test('the server answers after a broken header', async () => {
  const server = spawn(process.execPath, [NETMEM, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const initialize = JSON.stringify({
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  const answer = new Promise<string>((resolve) => {
    let text = '';
    server.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('"id":1')) resolve(text);
    });
  });
  server.stdin.write(`Content-Length: none\r\n\r\n{}${message(initialize)}`);
  expect(await answer).toContain('"serverInfo":{"name":"netmem"}');
  const ended = new Promise((done) => server.on('exit', done));
  server.kill();
  await ended;
});
