/** What the manifest promises about unusual workspaces and commands. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as protocol from '../../extension/server/protocol.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));

test.each(['untrustedWorkspaces', 'virtualWorkspaces'])('%s: supported or not, with the reason', (kind) => {
  const said = field(field(manifest, 'capabilities'), kind);
  expect([true, false, 'limited']).toContain(field(said, 'supported'));
  expect(field(said, 'description')).toMatch(/^[A-Z].{40,}\.$/);
});

test('every command that the server names is in the manifest', () => {
  const named = Object.entries(protocol).flatMap(([name, value]) =>
    name.endsWith('_COMMAND') ? [value] : [],
  );
  const commands = field(field(manifest, 'contributes'), 'commands');
  const known = Array.isArray(commands) ? commands.map((command) => field(command, 'command')) : [];
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((command) => !known.includes(command))).toEqual([]);
});

test('commands that need arguments are not in the palette', () => {
  const entries = field(field(field(manifest, 'contributes'), 'menus'), 'commandPalette');
  const hidden = Array.isArray(entries)
    ? entries.filter((entry) => field(entry, 'when') === 'false').map((entry) => field(entry, 'command'))
    : [];
  expect(hidden).toEqual(expect.arrayContaining([protocol.ACCEPT_COMMAND, protocol.RULE_PAGE_COMMAND]));
});

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
