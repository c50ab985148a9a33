/** Help, completion, manual page and explanations: all made from the program, so that they cannot lag behind it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shapeOf } from '../../extension/cli/command-shape.ts';
import { EXAMPLES } from '../../extension/cli/commands/examples.ts';
import { buildProgram } from '../../extension/cli/program.ts';
import { PLAIN } from '../../extension/analyzer/report/writer.ts';
import { RULES } from '../../extension/analyzer/rules/all.ts';
import type { Terminal } from '../../extension/cli/terminal.ts';
import { netmem, NETMEM, ROOT, scratch } from './netmem.ts';

const quiet: Terminal = {
  out: () => undefined,
  message: () => undefined,
  progress: () => undefined,
  style: PLAIN,
  cwd: ROOT,
  isScreen: false,
  readStdin: () => Promise.resolve(Buffer.alloc(0)),
};
const program = buildProgram(quiet, () => undefined);
const shape = shapeOf(program);
const names = shape.commands.map(({ name }) => name);

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

test.each(['', ...names])('help of “%s” fits 80 columns and teaches by example', (name) => {
  const { out, err, code } = netmem(name === '' ? ['--help'] : [name, '--help']);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(out).toMatch(/Examples?:\n {2}/);
});

/** The words of the `netmem` calls in a line of shell. */
function calls(line: string): string[][] {
  return line
    .split(/\||&&|;|\$\(|\)|>\s*\S+/)
    .map((part) => part.trim().split(/\s+/))
    .filter(([first]) => first === 'netmem')
    .map(([, ...args]) => args);
}

test.each(Object.values(EXAMPLES).flat())(
  'the example “$line” is a command line that is understood',
  ({ line }) => {
    understand(line);
  },
);

/** Every command and option in the line is one of ours. */
function understand(line: string): void {
  for (const [name = '', ...args] of calls(line)) {
    const command = program.commands.find((candidate) => candidate.name() === name);
    if (name.startsWith('-')) continue;
    expect(names).toContain(name);
    expect(command?.parseOptions(args).unknown).toEqual([]);
  }
}

/** Lines with `netmem` calls in fenced blocks of the documents. */
const documented = ['README.md', 'extension/docs/ci.md'].flatMap((name) =>
  [...readFileSync(join(ROOT, name), 'utf8').matchAll(/^```\w+\n([^]*?)^```$/gm)]
    .flatMap(([, block]) => (block ?? '').split('\n'))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/ # .*$/, '')
        .trim(),
    )
    .filter((line) => calls(line).length > 0),
);

test.each(documented)('“%s” of the documents is a command line that is understood', (line) => {
  understand(line);
});

test('every command has examples, and every example belongs to a command', () => {
  expect(
    Object.keys(EXAMPLES)
      .filter((name) => name !== '')
      .sort(),
  ).toEqual([...names].sort());
});

/** What bash offers after these words. */
function complete(words: readonly string[]): string[] {
  const script = `source <("${process.execPath}" "${NETMEM}" completion bash)
COMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length - 1}
_netmem; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash completes commands, options, values and rules, and leaves files to the shell', () => {
  expect(complete(['netmem', ''])).toEqual(expect.arrayContaining(names));
  expect(complete(['netmem', 'check', '--fo'])).toEqual(['--format']);
  expect(complete(['netmem', 'check', '--format', 's'])).toEqual(['sarif']);
  expect(complete(['netmem', 'explain', 'rx4'])).toEqual(
    RULES.map(({ id }) => id).filter((id) => id.startsWith('rx4')),
  );
  expect(complete(['netmem', 'check', 'drivers/'])).toEqual([]);
});

test.each(['zsh', 'fish'] as const)('completion for %s names every command and option', (shell) => {
  const { out, code } = netmem(['completion', shell]);
  expect(code).toBe(0);
  for (const command of shape.commands) {
    expect(out).toContain(command.name);
    for (const option of command.options) expect(out).toContain(option.long.slice(2));
  }
});

test('the manual page describes every command and option', () => {
  const { out, code } = netmem(['manual']);
  expect(code).toBe(0);
  const text = out.replaceAll('\\-', '-');
  for (const command of shape.commands) {
    expect(text).toContain(`.SS netmem ${command.name}`);
    for (const option of command.options.filter(({ long }) => long !== '--help'))
      expect(text).toContain(option.long);
  }
  expect(text).toMatch(/^\.TH NETMEM 1 /);
});

test.skipIf(!hasProgram('groff'))('groff has nothing to say about the manual page', () => {
  const { out } = netmem(['manual']);
  const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-rLL=80n'], {
    input: out,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout.replace(/.[\b]/g, '')).toContain('EXIT STATUS');
});

test.each(RULES.map(({ id }) => id))('explain prints the page of %s, 80 columns wide', (id) => {
  const { out, err, code } = netmem(['explain', id]);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toContain(id);
  expect(out).toContain('https://docs.kernel.org/networking/netmem.html');
  const long = out.split('\n').filter((line) => line.length > 80 && !line.startsWith('    '));
  expect(long).toEqual([]);
});

test('explain knows requirements and functions, with or without parentheses', () => {
  expect(netmem(['explain', 'RX4']).out).toContain('rx4-pool-flags');
  const { out, code } = netmem(['explain', 'page_pool_put_page()'], { cwd: scratch() });
  expect(code).toBe(0);
  expect(out).toContain('page_pool_put_netmem');
  expect(out).toContain('no kernel tree around');
});

test('explain asks the kernel tree around for what it has', () => {
  const tree = scratch({
    'include/net/page_pool/types.h':
      'netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp);\n',
  });
  const { out } = netmem(['explain', 'page_pool_dev_alloc_pages'], { cwd: join(tree, 'include') });
  expect(out).toContain(tree);
  expect(out).toMatch(/page_pool_dev_alloc_netmems[^-]*not in this\s+tree/);
  expect(out).not.toMatch(/page_pool_alloc_netmems[^-]*not in this/);
});

test('explain says what it does not know, with the nearest name', () => {
  const { out, err, code } = netmem(['explain', 'skb_add_rx_frg']);
  expect({ out, code }).toEqual({ out: '', code: 2 });
  expect(err).toBe(
    'netmem: skb_add_rx_frg: neither a rule, an identifier, an errno nor a message of the kernel; did you mean skb_add_rx_frag?\n',
  );
});

test('explain writes json with the page in it', () => {
  const { out } = netmem(['explain', '--format', 'json', 'rx1-page-pool']);
  expect(JSON.parse(out)).toEqual([
    expect.objectContaining({
      name: 'rx1-page-pool',
      kind: 'rule',
      markdown: expect.stringContaining('# ') as unknown,
    }),
  ]);
});
