/** Runs out of files are untrusted. Taken whole or not at all, and whatever is taken ends. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, expect, test, vi } from 'vitest';
import { panelDocument } from '../../extension/client/panel-document.ts';
import { modelProblem } from '../../simulator/contract/bounds.ts';
import { startRun } from '../../simulator/run/configure.ts';
import { Random } from '../../simulator/core/random.ts';
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import { isWholeDriverModel } from '../../webview/protocol/driver-model.ts';
import {
  isDriverModel,
  isSavedRun,
  PROTOCOL_VERSION,
  savedRunProblem,
} from '../../webview/protocol/messages.ts';
import { analyse } from '../analyzer/analyse.ts';
import { CHOICE, WorkerDriver } from './worker-driver.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const schema: unknown = JSON.parse(
  readFileSync(join(ROOT, 'extension/docs/driver-model.schema.json'), 'utf8'),
);
const validate = new Ajv({ strict: false }).compile(isRecord(schema) ? schema : {});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

let models: unknown[] = [];
beforeAll(async () => {
  const folders = ['extension/example', 'test/support/compliant'];
  const analyses = folders.map((folder) => {
    const names = readdirSync(join(ROOT, folder)).filter((name) => /\.[ch]$/.test(name));
    return analyse(
      Object.fromEntries(names.map((name) => [name, readFileSync(join(ROOT, folder, name), 'utf8')])),
    );
  });
  models = [...(await Promise.all(analyses)).map(({ model }) => model), referenceDriver().model].map(plain);
});

const KEY = { slot: 'main', run: 1 } as const;

const savedRun = (model: unknown) => ({
  kind: 'netmem-run',
  version: PROTOCOL_VERSION,
  model,
  choice: { ...CHOICE, kernel: null },
});

test('what the panel itself writes is taken', () => {
  for (const model of models)
    expect([isWholeDriverModel(model), isSavedRun(savedRun(model))]).toEqual([true, true]);
});

/** Values that stand where another is expected. */
const STRANGE: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, '', 'x', '<img src=x>', [], {}, [[]], 'PP_FLAG_DMA_MAP', 'dma', 'loop'],
  JSON.parse('{ "__proto__": { "node": "exit" } }'),
];

/** A copy with one or two members somewhere in it taken out, renamed, doubled or given another value. */
function mutant(model: unknown, random: Random): unknown {
  const copy = plain(model);
  for (let left = 1 + random.below(2); left > 0; left--) {
    let at = copy;
    for (let depth = random.below(14); depth >= 0; depth--) {
      const keys = isRecord(at) || Array.isArray(at) ? Object.keys(at) : [];
      const key = keys[random.below(Math.max(1, keys.length))];
      if (key === undefined || typeof at !== 'object' || at === null) break;
      const below: unknown = Reflect.get(at, key);
      if (depth > 0 && typeof below === 'object' && below !== null) {
        at = below;
        continue;
      }
      switch (random.below(4)) {
        case 0:
          if (Array.isArray(at)) at.splice(Number(key), 1);
          else Reflect.deleteProperty(at, key);
          break;
        case 1:
          Reflect.set(at, 'untrusted', below);
          break;
        case 2:
          if (Array.isArray(at)) at.push(plain(below));
          break;
        default:
          Reflect.set(at, key, STRANGE[random.below(STRANGE.length)]);
      }
      break;
    }
  }
  return plain(copy);
}

test('the check says what the schema says, of models and of what is made of them', () => {
  const random = new Random(1);
  const counts = { good: 0, bad: 0 };
  for (let run = 0; run < 600; run++) {
    const made = mutant(models[run % models.length], random);
    const expected = validate(made);
    counts[expected ? 'good' : 'bad'] += 1;
    if (isWholeDriverModel(made) !== expected)
      expect([isWholeDriverModel(made), validate.errors]).toEqual([expected, 'the schema’s']);
  }
  expect(Math.min(counts.good, counts.bad)).toBeGreaterThan(50);
});

const PLACE = { file: 'a.c', line: 1, column: 1, endLine: 1, endColumn: 1 };
const exit = (at: unknown) => ({ node: 'exit', at, exit: 'return' });

/** The reference driver with another body in its poll function. */
function withPoll(steps: (at: unknown) => unknown): unknown {
  const model = plain(referenceDriver().model);
  if (!isRecord(model) || !Array.isArray(model['programs'])) throw new Error('no programs');
  for (const program of model['programs']) {
    if (!isRecord(program) || program['path'] !== 'rx-poll' || !isRecord(program['body'])) continue;
    program['body']['steps'] = steps(program['body']['at']);
  }
  return model;
}

test('a program that nests beyond reason is refused, and nothing overflows', () => {
  const nested = (depth: number): unknown =>
    withPoll((at) => {
      let node: unknown = exit(at);
      for (let i = 0; i < depth; i++) node = { node: 'sequence', at, steps: [node] };
      return [node];
    });
  expect(isSavedRun(savedRun(nested(50)))).toBe(true);
  expect(isSavedRun(savedRun(nested(20_000)))).toBe(false);
});

test.each<[string, (at: unknown) => unknown[]]>([
  ['never gets to its packets', (at) => [exit(at), { node: 'loop', at, over: 'completions', body: [] }]],
  [
    'jumps in a circle',
    (at) => [
      { node: 'label', at, label: 1 },
      { node: 'goto', at, label: 1 },
    ],
  ],
  ['jumps to what is not there', (at) => [{ node: 'goto', at, label: 1e9 }, exit(at)]],
  [
    'loops within loops',
    (at) => {
      let node: unknown = { node: 'label', at, label: 1 };
      for (let i = 0; i < 40; i++) node = { node: 'loop', at, over: 'descriptors', body: [node] };
      return [node];
    },
  ],
])('a program that %s comes to an end, or is said to have failed', (_, steps) => {
  const run = savedRun(withPoll(steps));
  expect(isSavedRun(run)).toBe(true);
  if (!isSavedRun(run)) return;
  const worker = new WorkerDriver();
  worker.run({ ...run.choice, parameters: { packets: 50 } }, KEY, run.model);
  worker.settle();
  expect(worker.all('finished').length + worker.all('failure').length).toBeGreaterThan(0);
});

/** The reference driver with one member of its first pool, or all of its pools, changed. */
function withPools(change: (pools: unknown[]) => unknown[]): unknown {
  const model = plain(referenceDriver().model);
  if (!isRecord(model) || !Array.isArray(model['pools'])) throw new Error('no pools');
  return { ...model, pools: change(model['pools']) };
}
const withValue = (name: string, value: unknown): unknown =>
  withPools(([pool, ...rest]) => [{ ...(isRecord(pool) ? pool : {}), [name]: { value, at: null } }, ...rest]);
const step = (what: (at: unknown) => Record<string, unknown>): unknown =>
  withPoll((at) => [{ at, ...what(at) }, exit(at)]);
const operation = (operation: Record<string, unknown>): unknown =>
  step(() => ({ node: 'operation', api: '', operation }));

test.each<[string, unknown, RegExp]>([
  [
    'a pool of size -1',
    withValue('poolSize', -1),
    /has poolSize -1, which is not from 0 to 4294967295 \(pool /,
  ],
  ['a pool of half a buffer', withValue('poolSize', 0.5), /has poolSize 0\.5/],
  ['buffers of 2^1000 pages', withValue('order', 1000), /has order 1000/],
  ['a length below 0', withValue('maxLen', -5), /has maxLen -5/],
  ['20,000 pools', withPools(([pool]) => new Array(20_000).fill(pool)), /has 20000 pools; 1000 is the limit/],
  [
    'a buffer that it does not have',
    operation({ kind: 'post', buffer: 99 }),
    /names buffer 99 of \d+ \(rx-poll of /,
  ],
  ['a buffer -1', operation({ kind: 'post', buffer: -1 }), /names buffer -1 of /],
  ['a buffer 1e15', operation({ kind: 'post', buffer: 1e15 }), /names buffer 1000000000000000 of /],
  [
    'a variable that it does not have',
    step(() => ({ node: 'assign', variable: 1e15, value: 1, from: null })),
    /names variable 1000000000000000 of /,
  ],
  ['a label below 0', step(() => ({ node: 'label', label: -3 })), /has label -3/],
  [
    'a line 0',
    step(() => ({ node: 'exit', exit: 'return', at: { ...PLACE, line: 0 } })),
    /has a line or column 0/,
  ],
])('a run with %s is refused with a sentence that says so', (_, model, sentence) => {
  const run = savedRun(model);
  expect(isWholeDriverModel(model)).toBe(true);
  expect(isSavedRun(run)).toBe(false);
  expect(savedRunProblem(run)).toMatch(sentence);
  // As a live model it is not run either.
  if (!isWholeDriverModel(model)) return;
  const started = startRun({ model, scenario: CHOICE.scenario, parameters: {}, seed: 1 });
  expect(started).toMatchObject({ ok: false, error: { errno: null } });
  expect(started.ok ? '' : started.error.message).toMatch(sentence);
});

test('steps that stand in many places count as often as they stand', () => {
  let body: unknown[] = [];
  const made = withPoll((at) => {
    body = [exit(at)];
    for (let i = 0; i < 30; i++) body = [{ node: 'sequence', at, steps: [...body, ...body] }];
    return body;
  });
  if (!isDriverModel(made)) throw new Error('no model');
  expect(modelProblem(made)).toMatch(/^has \d{7,} steps; 500000 is the limit \(rx-poll/);
});

test('what goes wrong in a run is a sentence, and no exception', () => {
  const run = savedRun(withPoll((at) => [exit(at)]));
  const worker = new WorkerDriver();
  if (!isSavedRun(run)) throw new Error('no run');
  const broken = { ...run.model, programs: [{ ...run.model.programs?.[0], body: null }] };
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  // What no check of a file lets through; of a live model only the frame is looked at.
  if (!isDriverModel(broken)) throw new Error('no model');
  worker.run(run.choice, KEY, broken);
  worker.settle();
  const failures = worker.all('failure');
  expect(failures).toHaveLength(1);
  expect(failures.map((m) => ('text' in m ? m.text : '')).join()).toMatch(
    /^The simulator failed on this run, .*\.$/,
  );
  expect(printed).toHaveBeenCalled();
});

test('whatever is taken ends, and no object is changed by it', () => {
  const random = new Random(2);
  let ran = 0;
  for (let run = 0; run < 120; run++) {
    const saved = savedRun(mutant(models[2], random));
    if (!isSavedRun(saved)) continue;
    ran += 1;
    const worker = new WorkerDriver();
    worker.run({ ...saved.choice, parameters: { packets: 20 } }, KEY, saved.model);
    worker.settle();
    expect(worker.all('finished').length + worker.all('failure').length).toBeGreaterThan(0);
  }
  expect(ran).toBeGreaterThan(10);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Reflect.get({}, 'node')).toBeUndefined();
});

test('the page takes no script, style or request but its own, and makes no markup of text', () => {
  const page = panelDocument({ file: (name) => `https://own/${name}`, own: 'https://own', nonce: 'n0nce' });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(policy.split('; ').sort()).toEqual([
    'connect-src https://own',
    "default-src 'none'",
    'font-src https://own',
    "script-src 'nonce-n0nce'",
    'style-src https://own',
    'worker-src blob:',
  ]);
  const files = readdirSync(join(ROOT, 'webview'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((name) => name.endsWith('.ts'));
  expect(sources).toContain('components/netmem-panel.ts');
  for (const name of sources)
    expect([
      name,
      /unsafeHTML|innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function/.exec(
        readFileSync(join(ROOT, 'webview', name), 'utf8'),
      ),
    ]).toEqual([name, null]);
});
