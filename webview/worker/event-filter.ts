/**
 * The filter of the event log. Words separated by blanks must all match; `-word` must not. `kind:alloc`,
 * `packet:12`, `queue:3`, `is:warning` and `is:error` ask for one field, any other word is looked for in the whole row.
 */
import { EVENT_KINDS } from '../../simulator/contract/event.ts';
import type { TraceEvent } from '../../simulator/contract/event.ts';

export type EventTest = (event: TraceEvent) => boolean;

/** Null: everything matches. */
export function eventTest(filter: string): EventTest | null {
  const tests = filter.trim().toLowerCase().split(/\s+/).filter(Boolean).map(wordTest);
  return tests.length === 0 ? null : (event) => tests.every((test) => test(event));
}

const FIELDS = ['kind', 'in', 'packet', 'queue', 'is'] as const;
const SEVERITIES = ['info', 'warning', 'error'];

/** What is wrong with a filter, in one sentence; null if it can match. Where words are numbers of lines, there is no field. */
export function filterProblem(filter: string): string | null {
  for (const word of filter.trim().toLowerCase().split(/\s+/)) {
    const [, name, value = ''] = /^-?([a-z]+):(.*)$/.exec(word) ?? [];
    if (name === undefined) continue;
    const field = FIELDS.find((known) => known === name);
    if (field === undefined) return `There is no field ${name}; there are ${FIELDS.join(', ')}.`;
    if (value === '') return `${field}: wants a value behind the colon.`;
    if ((field === 'packet' || field === 'queue') && !/^\d+$/.test(value))
      return `${field}:${value} is not a number.`;
    if (field === 'is' && !SEVERITIES.includes(value))
      return `is:${value} is none of ${SEVERITIES.join(', ')}.`;
    if (field === 'kind' && !EVENT_KINDS.some((kind) => kind === value))
      return `There is no kind ${value}; the second column of the log has them.`;
  }
  return null;
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
