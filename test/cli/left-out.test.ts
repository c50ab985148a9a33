/** A writer that fails on one driver of three: its output is left out and told of, that of the others is there. */
import { beforeEach, expect, test, vi } from 'vitest';
import { check } from '../../extension/cli/commands/check.ts';
import { fix } from '../../extension/cli/commands/fix.ts';
import { report } from '../../extension/cli/commands/report.ts';
import { PLAIN } from '../../extension/analyzer/report/writer.ts';
import { DRIVER, scratch } from './netmem.ts';

const OPTIONS = { confidence: 'low', select: [], jobs: 1, baseline: true, define: [] } as const;

/** Fails on what is said of the driver `bad`. */
function failOnBad(value: unknown): void {
  if (JSON.stringify(value).includes('bad/')) throw new Error('no words for this');
}

vi.mock(import('../../extension/cli/analyzer-host.ts'), async () => {
  const { analyserForTests } = await import('../analyzer/analyse.ts');
  return { loadAnalyzer: analyserForTests };
});
vi.mock(import('../../extension/analyzer/report/formats.ts'), async (original) => {
  const real = await original();
  return {
    writeReport: (...args: Parameters<typeof real.writeReport>) => {
      failOnBad(args[1].findings.map(({ place }) => place));
      return real.writeReport(...args);
    },
  };
});
vi.mock(import('../../extension/analyzer/report/readiness.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    readiness: (input: Parameters<typeof real.readiness>[0]) => {
      failOnBad(`${input.directory}/`);
      return real.readiness(input);
    },
  };
});
vi.mock(import('../../extension/analyzer/text/unified-diff.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    unifiedDiff: (...args: Parameters<typeof real.unifiedDiff>) => {
      failOnBad(args[0]);
      return real.unifiedDiff(...args);
    },
  };
});

let out: string;
let messages: string[];

beforeEach(() => {
  out = '';
  messages = [];
});

function terminal() {
  return {
    cwd: scratch({ 'bad/foo.c': DRIVER, 'one/foo.c': DRIVER, 'two/foo.c': DRIVER }),
    out: (text: string) => {
      out += text;
    },
    message: (text: string) => {
      messages.push(text);
    },
    ...{ isScreen: false, style: PLAIN, progress: () => undefined },
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
  };
}

function expectOthers(): void {
  expect(out).toContain('one');
  expect(out).toContain('two');
  expect(out).not.toContain('bad');
  expect(messages).toContainEqual(expect.stringMatching(/^bad: internal error, .*: no words for this$/));
}

test.each(['text', 'jsonl', 'json', 'sarif', 'github', 'markdown'] as const)(
  'check --format %s',
  async (format) => {
    expect(await check(['.'], { ...OPTIONS, format, explain: false, verbose: false }, terminal())).toBe(1);
    expectOthers();
  },
);

test.each(['text', 'json', 'markdown'] as const)('report --format %s', async (format) => {
  expect(await report(['.'], { ...OPTIONS, format }, terminal())).toBe(1);
  expectOthers();
});

test('fix --diff', async () => {
  const options = {
    diff: true,
    write: false,
    unsafe: true,
    rename: false,
    commitMessage: false,
    verbose: false,
    define: [],
  };
  expect(await fix(['.'], options, terminal())).toBe(1);
  expectOthers();
});
