/**
 * `npm run manifest`: writes the settings of package.json and extension/docs/settings.md from their one source,
 * extension/analyzer/settings/editor-settings.ts. test/manifest/settings.test.ts fails where they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { format } from 'prettier';

const bundle = await build({
  entryPoints: ['extension/analyzer/settings/editor-settings.ts'],
  bundle: true,
  format: 'esm',
  write: false,
});
const source = Buffer.from(bundle.outputFiles[0]?.contents ?? []).toString('base64');
const { editorConfiguration, settingsPage } = await import(`data:text/javascript;base64,${source}`);

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.contributes.configuration = editorConfiguration();
writeFileSync('package.json', await format(JSON.stringify(manifest), { parser: 'json-stringify' }));
writeFileSync('extension/docs/settings.md', settingsPage());
