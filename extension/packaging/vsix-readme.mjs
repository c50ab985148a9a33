/**
 * `node extension/packaging/vsix-readme.mjs`: README.md with its pictures in it, as `dist/README.vsix.md`. VS Code shows
 * the page of an extension with `img-src https: data:`: pictures beside the file do not load there.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
const whole = text.replace(/!\[([^\]]*)\]\(([\w./-]+\.png)\)/g, (_, title, path) => {
  const picture = readFileSync(join(ROOT, path)).toString('base64');
  return `![${title}](data:image/png;base64,${picture})`;
});
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(join(ROOT, 'dist/README.vsix.md'), whole);
