/**
 * The filter of the event log. Words separated by blanks must all match; `-word` must not. `kind:alloc`,
 * `packet:12`, `queue:3`, `is:warning` and `is:error` ask for one field, any other word is looked for in the whole row.
 */
import type { TraceEvent } from '../../simulator/contract/event.ts';

export type EventTest = (event: TraceEvent) => boolean;

/** Null: everything matches. */
export function eventTest(filter: string): EventTest | null {
  const tests = filter.trim().toLowerCase().split(/\s+/).filter(Boolean).map(wordTest);
  return tests.length === 0 ? null : (event) => tests.every((test) => test(event));
}

function wordTest(word: string): EventTest {
  if (word.startsWith('-') && word.length > 1) {
    const test = wordTest(word.slice(1));
    return (event) => !test(event);
  }
  const [, field, value = ''] = /^(kind|in|packet|queue|is):(.+)$/.exec(word) ?? [];
  switch (field) {
    case 'kind':
      return ({ kind }) => kind === value;
    case 'in':
      return ({ component }) => component === value;
    case 'packet':
      return ({ packet }) => packet === Number(value);
    case 'queue':
      return ({ queue }) => queue === Number(value);
    case 'is':
      return ({ severity }) => severity === value || (value === 'warning' && severity === 'error');
    default:
      return (event) => wholeRow(event).includes(word);
  }
}

function wholeRow({ kind, component, text, operation, at }: TraceEvent): string {
  const place = at === null ? '' : `${at.file.split('/').at(-1) ?? ''}:${at.line}`;
  return `${kind} ${component} ${text} ${operation ?? ''} ${place}`.toLowerCase();
}
