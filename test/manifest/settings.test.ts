/** The manifest and the page about settings say what their one source says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { editorConfiguration, settingsPage } from '../../extension/analyzer/settings/editor-settings.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));

test('the settings of package.json are the generated ones (npm run manifest)', () => {
  expect(manifest).toMatchObject({ contributes: { configuration: editorConfiguration() } });
});

test('the page about settings is the generated one (npm run manifest)', () => {
  expect(readFileSync('extension/docs/settings.md', 'utf8')).toBe(settingsPage());
});

test('every setting says in whole sentences what it does, and a default of its own type', () => {
  for (const { title, properties } of editorConfiguration()) {
    expect(title).toMatch(/^[A-Z]/);
    for (const [name, { type, default: value, markdownDescription }] of Object.entries(properties)) {
      expect(markdownDescription, name).toMatch(/^[A-Z].{30,}\.$/);
      expect(Array.isArray(value) ? 'array' : typeof value, name).toBe(type);
    }
  }
});
