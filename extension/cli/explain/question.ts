/** What a question names: an error, a request, a setting, a counter, or a message of the kernel, in whatever words around. */
import { errnosIn } from './errno.ts';
import { MESSAGES } from './messages.ts';
import type { KernelMessage } from './messages.ts';
import { TERMS } from './terms.ts';
import type { Term } from './terms.ts';

export interface Question {
  readonly text: string;
  readonly errnos: ReadonlySet<string>;
  readonly terms: readonly Term[];
  readonly messages: readonly KernelMessage[];
}

/** Null if the text names none of them. */
export function readQuestion(text: string): Question | null {
  const errnos = errnosIn(text);
  const messages = MESSAGES.filter(({ says }) => says.test(text));
  const words = ` ${text
    .toLowerCase()
    .replace(/_/g, '-')
    .replace(/[^a-z0-9-]+/g, ' ')} `;
  // The words of a message say nothing more.
  const terms =
    messages.length > 0
      ? []
      : TERMS.filter(({ names }) => names.some((name) => words.includes(` ${spelled(name)} `)));
  if (errnos.size === 0 && messages.length === 0 && terms.length === 0) return null;
  return { text, errnos, terms, messages };
}

function spelled(name: string): string {
  return name.toLowerCase().replace(/_/g, '-');
}
