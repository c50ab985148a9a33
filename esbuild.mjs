/**
 * Builds every bundle into dist/. One place decides what ships:
 * the client, the language server, the `netmem` command, the panel with its worker, and the two wasm files.
 * `dist/meta.json` is esbuild's metafile; the size check reads it.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { shippedPackages, thirdPartyNotices } from './extension/packaging/notices.mjs';

const require = createRequire(import.meta.url);
const OUT = 'dist';

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: false,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  target: 'es2022',
  // The ESM build of web-tree-sitter reads import.meta.url, which a CJS bundle does not have.
  // The UMD build of jsonc-parser hides its own imports from the bundler.
  alias: {
    'web-tree-sitter': require.resolve('web-tree-sitter'),
    'jsonc-parser': require.resolve('jsonc-parser/lib/esm/main.js'),
  },
};

/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

// In a CJS bundle the folder of the file is called __dirname.
node.define = { 'import.meta.dirname': '__dirname' };

/** @type {import('esbuild').BuildOptions} */
const page = { ...common, platform: 'browser', format: 'iife' };

/** @type {import('esbuild').BuildOptions[]} */
const targets = [
  { ...node, entryPoints: ['extension/client/main.ts'], outfile: `${OUT}/client.cjs`, external: ['vscode'] },
  { ...node, entryPoints: ['extension/server/node.ts'], outfile: `${OUT}/server.cjs` },
  {
    ...node,
    entryPoints: ['extension/cli/main.ts'],
    outfile: `${OUT}/netmem.cjs`,
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...page,
    entryPoints: ['extension/client/browser.ts'],
    outfile: `${OUT}/client-web.cjs`,
    format: 'cjs',
    external: ['vscode'],
  },
  {
    ...page,
    entryPoints: ['extension/server/browser.ts'],
    outfile: `${OUT}/server-worker.js`,
    // Named by the parser's runtime on paths that only Node takes.
    external: ['fs', 'fs/promises', 'module', 'path', 'url'],
  },
  {
    ...page,
    entryPoints: ['webview/main.ts'],
    outfile: `${OUT}/panel.js`,
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
  { ...page, entryPoints: ['webview/simulator-worker.ts'], outfile: `${OUT}/simulator-worker.js` },
];

const WASM = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm'];

for (const stale of ['client', 'server', 'netmem']) rmSync(`${OUT}/${stale}.cjs`, { force: true });
mkdirSync(OUT, { recursive: true });
const present = targets.filter((target) =>
  [target.entryPoints].flat().every((entry) => typeof entry === 'string' && existsSync(entry)),
);
const results = await Promise.all(present.map((target) => build(target)));
const outputs = Object.assign({}, ...results.map((result) => result.metafile?.outputs));
writeFileSync(`${OUT}/meta.json`, JSON.stringify(outputs, null, 1));
writeFileSync(`${OUT}/THIRD-PARTY-NOTICES.txt`, thirdPartyNotices(shippedPackages(outputs), '.'));
for (const file of WASM) cpSync(require.resolve(file), `${OUT}/${file.split('/')[1]}`);
const total = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`built ${Object.keys(outputs).length} files, ${Math.round(total / 1024)} KB, into ${OUT}/`);
