/** The source of a file with a behaviour switched off. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * White space counts as one blank, so that only what a line says matters, not how it is broken.
 * @param {import('./switches.mjs').Switch} turned
 * @returns {{ ok: true, texts: ReadonlyMap<string, string> } | { ok: false, problem: string }}
 */
export function switchedOff({ changes }) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const { file, from, to } of changes) {
    const path = join(ROOT, file);
    const text = texts.get(path) ?? readFileSync(path, 'utf8');
    const pattern = new RegExp(from.trim().split(/\s+/).map(escaped).join('\\s+'), 'g');
    const found = [...text.matchAll(pattern)].length;
    if (found !== 1)
      return { ok: false, problem: `${file} holds ${JSON.stringify(from)} ${found} times, not once` };
    texts.set(
      path,
      text.replace(pattern, () => to),
    );
  }
  return { ok: true, texts };
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
