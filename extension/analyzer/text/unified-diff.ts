/** A diff that `git apply` takes. */
import { formatPatch, structuredPatch } from 'diff';
import { quickHunks } from './quick-hunks.ts';

const CONTEXT = 3;
/** Lines added and removed: the search for the shortest diff costs the square of them. */
const MAX_EDIT_LENGTH = 2000;

/**
 * Unified diff of one file, three lines of context, with the a/ and b/ prefixes that git strips; empty if nothing
 * changed. `path` is relative to where the patch is to be applied.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const names = [`a/${path}`, `b/${path}`] as const;
  const shortest = structuredPatch(...names, before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MAX_EDIT_LENGTH,
  });
  const patch = formatPatch(
    shortest ?? {
      ...{ oldFileName: names[0], newFileName: names[1], oldHeader: undefined, newHeader: undefined },
      hunks: quickHunks(before, after, CONTEXT),
    },
  );
  // git reads the two file lines and the hunks; the separator above them is the library's own.
  const body = patch.slice(patch.indexOf('--- '));
  // Names with characters that would end a line are quoted there, as git quotes them.
  const [from = '', to = ''] = body.split('\n', 2);
  const hunks = withFunctions(body.slice(from.length + to.length + 2), before);
  const [old, fresh] = [withBytes(from.trimEnd(), `a/${path}`), withBytes(to.trimEnd(), `b/${path}`)];
  return `diff --git ${old.slice(4)} ${fresh.slice(4)}\n${old}\n${fresh}\n${hunks}`;
}

/** Longest name behind a hunk's numbers, as git has it. */
const MAX_NAME = 80;
/** Begins a function, a structure or the like, and is no label: what git takes for C (`diff=cpp`). */
const HEAD = /^[A-Za-z_](?!.*:\s*$)/;

/** The head of each hunk, with the function above it: the last line before that starts one. */
function withFunctions(hunks: string, before: string): string {
  const lines = before.split('\n');
  let read = 0;
  let name = '';
  return hunks.replace(/^@@ -(\d+).* @@$/gm, (head, start: string) => {
    for (const end = Number(start) - 1; read < end; read++) {
      const line = lines[read] ?? '';
      if (HEAD.test(line)) name = line.slice(0, MAX_NAME).trimEnd();
    }
    return name === '' ? head : `${head} ${name}`;
  });
}

/** Single surrogates: bytes of a name in another encoding than UTF-8 (`files/names.ts`). */
const BYTES = /[\udc80-\udcff]/gu;

/** The file line of a name with such bytes, quoted as git quotes; as the library has it for any other. */
function withBytes(line: string, name: string): string {
  if (name.search(BYTES) < 0) return line;
  const octal = (code: number): string => `\\${code.toString(8).padStart(3, '0')}`;
  const quoted = name
    .replace(/["\\]/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f]/g, (character) => octal(character.charCodeAt(0)))
    .replace(BYTES, (byte) => octal(byte.charCodeAt(0) - 0xdc00));
  return `${line.slice(0, 4)}"${quoted}"`;
}
