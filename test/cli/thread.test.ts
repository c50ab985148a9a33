/** A thread of a scan that is gone in the middle of a driver: another takes its place, and the loss is said once. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DRIVER, NETMEM, scratch } from './netmem.ts';

/** Ends the thread that reads the driver `d3`. */
const HOOK = `
  const fs = require('node:fs');
  const { isMainThread } = require('node:worker_threads');
  const { readFileSync } = fs;
  fs.readFileSync = (path, ...rest) => {
    if (!isMainThread && String(path).endsWith('d3/foo.c')) process.exit(1);
    return readFileSync(path, ...rest);
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
  expect(status).toBe(3);
});
