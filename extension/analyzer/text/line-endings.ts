/** Ends of lines of a text that was edited: an edit brings line feeds, and the file may have others. */
import { diffArrays } from 'diff';

const DOS = '\r\n';

/** The edited text, in which each line ends as it did before, and a new one as the line it replaces or follows. */
export function keepLineEndings(before: string, after: string): string {
  if (!before.includes(DOS)) return after;
  if (!/(?<!\r)\n/.test(before)) return after.replace(/\r?\n/g, DOS);
  const old = linesOf(before);
  const fresh = linesOf(after);
  const text: string[] = [];
  let [from, to] = [0, 0];
  /** Of lines that are taken out, for those that take their place. */
  let freed: string[] = [];
  let last = old[0]?.end ?? '\n';
  const put = (line: string, end: string): void => {
    // The last line of a file may have no end.
    text.push(line, (fresh[to]?.end ?? '') === '' ? '' : end === '' ? last : end);
    if (end !== '') last = end;
    to += 1;
  };
  const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);
  for (const part of diffArrays(texts(old), texts(fresh))) {
    if (part.removed) {
      freed = old.slice(from, from + part.count).map(({ end }) => end);
      from += part.count;
      continue;
    }
    for (const line of part.value)
      put(line, part.added ? (freed.shift() ?? last) : (old[from++]?.end ?? last));
    if (!part.added) freed = [];
  }
  return text.join('');
}

interface Line {
  readonly text: string;
  /** Empty for the last one, if the file does not end with a line feed. */
  readonly end: string;
}

function linesOf(text: string): Line[] {
  const lines = [...text.matchAll(/([^\n]*?)(\r?\n|$)/gy)].map(([, line = '', end = '']) => ({
    text: line,
    end,
  }));
  // The pattern also takes the nothing behind the last line feed.
  return lines.filter(({ text, end }) => text !== '' || end !== '');
}
