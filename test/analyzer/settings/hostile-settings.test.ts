/** Settings and baselines come with a repository: an untrusted file is refused or harmless, and never hangs or throws. */
import { expect, test } from 'vitest';
import { isSuppressed, parseBaseline } from '../../../extension/analyzer/settings/baseline.ts';
import { parseSettings } from '../../../extension/analyzer/settings/settings.ts';

test.each([
  ['a baseline above', '{ "baseline": "../x.json" }', /^1: "baseline" leads out/],
  ['a baseline above, in the end', '{ "baseline": "a/../../x.json" }', /^1: "baseline" leads out/],
  ['an absolute baseline', '{\n "baseline": "/home/me/.bashrc" }', /^2: "baseline" leads out/],
  ['a baseline on another drive', '{ "baseline": "C:\\\\x.json" }', /^1: "baseline" leads out/],
  ['a baseline above, as Windows writes it', '{ "baseline": "..\\\\x.json" }', /^1: "baseline" leads out/],
  [
    'a tree on another machine',
    '{ "kernelTree": "\\\\\\\\evil\\\\share" }',
    /^1: "kernelTree" names another machine/,
  ],
  ['the same with slashes', '{ "kernelTree": "//evil/share" }', /^1: "kernelTree" names another machine/],
  ['a name of every object', '{ "constructor": {} }', /^1: there is no setting "constructor"/],
  ['the prototype', '{ "__proto__": { "select": ["RX1"] } }', /^1: there is no setting "__proto__"/],
  [
    'too many globs',
    JSON.stringify({ exclude: Array.from({ length: 1001 }, String) }),
    /^1: .*more than 1000/,
  ],
  ['too long a glob', JSON.stringify({ exclude: ['*a'.repeat(3000)] }), /^1: .*longer than 4096/],
  ['too long a path', JSON.stringify({ kernelTree: 'a'.repeat(1e6) }), /^1: .*longer than 4096/],
  ['brackets without end', '['.repeat(200_000), /^1: nested more than 64 deep/],
  ['objects without end', `{\n"rules": ${'{"a":'.repeat(200_000)}`, /^2: nested more than 64 deep/],
])('%s is refused', (_, text, error) => {
  const parsed = parseSettings(text);
  expect(parsed.ok ? 'taken' : parsed.error).toMatch(error);
});

test.each([
  ['"baseline": "sub/../x.json"', { baseline: 'sub/../x.json' }],
  ['"baseline": "./x.json"', { baseline: './x.json' }],
  ['"kernelTree": "../../.."', { kernelTree: '../../..' }],
  ['"kernelTree": "/usr/src/linux"', { kernelTree: '/usr/src/linux' }],
  [`"exclude": ["${'['.repeat(500)}"]`, { exclude: ['['.repeat(500)] }],
])('%s is what people write', (text, expected) => {
  expect(parseSettings(`{ ${text} }`)).toMatchObject({ ok: true, settings: expected });
});

test('a rule that is called like the prototype changes no object', () => {
  parseSettings('{ "rules": { "__proto__": "off" } }');
  expect(Reflect.get({}, 'off')).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test.each([
  [
    'brackets without end',
    `{ "version": 1,\n"entries": ${'['.repeat(200_000)}`,
    /^line 2: nested more than 64 deep/,
  ],
  [
    'fields that only the prototype has',
    '{ "version": 1, "entries": [{ "__proto__": { "rule": "a", "file": "b", "scope": "file" } }] }',
    /^entry 1 lacks/,
  ],
])('a baseline of %s is refused', (_, text, error) => {
  const parsed = parseBaseline(text);
  expect(parsed.ok ? 'taken' : parsed.error).toMatch(error);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('a baseline of many entries accepts what it names', () => {
  const entries = Array.from({ length: 50_000 }, (_, i) => ({ rule: 'r', file: `${i}.c`, scope: 'file' }));
  const parsed = parseBaseline(JSON.stringify({ version: 1, entries }));
  if (!parsed.ok) throw new Error(parsed.error);
  const subject = { rule: 'r', file: '49999.c', function: null, fingerprint: '' };
  expect(isSuppressed(parsed.value, subject)).not.toBeNull();
});
