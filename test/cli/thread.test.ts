/**
 * A thread of a scan that is gone in the middle of a driver: another takes its place, and the loss is said once. Where there is only
 * the command's own thread, one takes over from it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DRIVER, NETMEM, scratch } from './netmem.ts';

/** Ends the thread that reads the driver `d3`. */
const HOOK = `
  const fs = require('node:fs');
  const { isMainThread } = require('node:worker_threads');
  const { openSync } = fs;
  fs.openSync = (path, ...rest) => {
    if (!isMainThread && String(path).endsWith('d3/foo.c')) process.exit(1);
    return openSync(path, ...rest);
  };
`;

test('the other drivers are checked, and the one that is lost is named once', () => {
  const names = Array.from({ length: 8 }, (_, index) => `d${index}`);
  const cwd = scratch(Object.fromEntries(names.map((name) => [`${name}/foo.c`, DRIVER])));
  const hook = join(scratch({ 'hook.cjs': HOOK }), 'hook.cjs');
  const env = { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(hook)}` };
  const { stdout, stderr, status } = spawnSync(process.execPath, [NETMEM, 'check', '--jobs', '2', '.'], {
    ...{ cwd, env, encoding: 'utf8' },
  });
  const found = names.filter((name) => stdout.includes(`${name}/foo.c:`));
  expect(found).toEqual(names.filter((name) => name !== 'd3'));
  expect(stderr.match(/the thread ended/g)).toHaveLength(1);
  expect(stderr).toMatch(/^netmem: .*\bd3\b.*the thread ended/m);
  expect(status).toBe(1);
});

/** Throws for the driver `d1` and, in the same thread, for all that come after it, as a broken parser does. */
const BROKEN = `
  const START = ${JSON.stringify(DRIVER.slice(0, 40))};
  const fs = require('node:fs');
  const { openSync } = fs;
  const { charCodeAt } = String.prototype;
  let broken = false;
  fs.openSync = (path, ...rest) => {
    broken ||= String(path).endsWith('d1/foo.c');
    return openSync(path, ...rest);
  };
  String.prototype.charCodeAt = function (...args) {
    if (broken && this.startsWith(START)) throw new Error('unreachable');
    return charCodeAt.apply(this, args);
  };
`;

test('with the parser of the only thread broken, what comes after is checked by another', () => {
  const names = ['d0', 'd1', 'd2', 'd3'];
  const cwd = scratch(Object.fromEntries(names.map((name) => [`${name}/foo.c`, DRIVER])));
  const analyser = join(scratch({ 'hook.cjs': BROKEN }), 'hook.cjs');
  const env = { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(analyser)}` };
  const { stdout, stderr, status } = spawnSync(process.execPath, [NETMEM, 'check', '--jobs', '1', '.'], {
    ...{ cwd, env, encoding: 'utf8' },
  });
  expect(names.filter((name) => stdout.includes(`${name}/foo.c:`))).toEqual(['d0', 'd2', 'd3']);
  expect(stderr.match(/internal error/g)).toHaveLength(1);
  expect(stderr).toMatch(/^netmem: d1: internal error, .*unreachable/m);
  expect(status).toBe(1);
});
