/** The answer to a question about errors, requests and messages, as markdown. */
import { refusalsOf, knownRefusals } from '../../../simulator/run/refusals.ts';
import type { KnownRefusal } from '../../../simulator/run/refusals.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Blame } from '../../../simulator/contract/verdict.ts';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import type { SimulatedDriver } from '../simulated-driver.ts';
import { ERRNOS } from './errno.ts';
import type { Question } from './question.ts';

const WHO: Readonly<Record<Blame, string>> = {
  driver: 'the driver',
  configuration: 'the administrator',
  user: 'the program',
  nobody: 'the kernel is too old',
};

/** Who can change something, those first who write drivers. */
const ORDER: readonly Blame[] = ['driver', 'configuration', 'user', 'nobody'];

/** Requests that are answered in words as well. */
const OF_NETLINK = /^(?!zcrx-register)/;

/** Runs of a driver that ask for everything: both providers, and sending. */
const RUNS = ['dmabuf-works', 'zcrx-works', 'tx-works'] as const;

export interface AskedDriver {
  /** As the user named it. */
  readonly name: string;
  readonly driver: SimulatedDriver;
}

/** @param asked the driver whose own refusals are told; null: none */
export function answer(question: Question, kernel: KernelRelease, asked: AskedDriver | null): string {
  const parts = [`# ${titleOf(question)}`];
  const isTitle = question.terms.length === 1 && question.errnos.size === 0;
  for (const { names, text } of question.terms) parts.push(isTitle ? text : `${names[0] ?? ''}: ${text}`);
  for (const { title, text } of question.messages) parts.push(`"${title}": ${text}`);
  if (asked !== null) parts.push(ofDriver(question, kernel, asked));
  const refusals = refusalsFor(question, kernel);
  parts.push(...listed(refusals, question, kernel));
  const see = [...question.terms, ...question.messages].flatMap((one) => one.see);
  if (see.length > 0) parts.push(`To see it:\n\n\`\`\`sh\n${[...new Set(see)].join('\n')}\n\`\`\``);
  return `${parts.join('\n\n')}\n`;
}

function titleOf({ errnos, terms, messages }: Question): string {
  const named = ERRNOS.filter(({ name }) => errnos.has(name)).map(
    ({ name, number, words }) => `${name} (${number}, ${words})`,
  );
  const about = [
    ...terms.map(({ names }) => names[0] ?? ''),
    ...(named.length + terms.length > 0 ? [] : messages.map(({ title }) => title)),
  ];
  return [...named, ...about].join(', ');
}

/** Those that give one of the errors, and are about what is named; about all that is named, if any is. */
function refusalsFor(question: Question, kernel: KernelRelease): readonly KnownRefusal[] {
  const { errnos, terms, messages } = question;
  const acks = messages.flatMap(({ refusals }) => refusals ?? []);
  const about = terms.flatMap(({ refusals }) => refusals ?? []);
  if (errnos.size === 0 && acks.length === 0 && about.length === 0) return [];
  if (acks.length > 0) {
    // Scenarios promise the errno of the bind; io_uring passes on no words of the kernel.
    return knownRefusals(null, kernel).filter(({ request, cause, errno }) =>
      acks.some(
        (one) => one.errno === errno && one.cause.test(cause) && (one.request ?? OF_NETLINK).test(request),
      ),
    );
  }
  const known = knownRefusals(errnos.size === 0 ? null : errnos, kernel);
  const hits = ({ request, cause }: KnownRefusal): number =>
    about.filter((words) => words.test(request) || words.test(cause)).length;
  const most = Math.max(0, ...known.map(hits));
  return known.filter((refusal) => about.length === 0 || (most > 0 && hits(refusal) === most));
}

function listed(
  refusals: readonly KnownRefusal[],
  { errnos, terms, messages }: Question,
  kernel: KernelRelease,
): readonly string[] {
  if (refusals.length === 0) {
    return errnos.size === 0
      ? []
      : [
          `None of the checks around memory providers that the simulator makes gives it on ${kernel}${terms.length > 0 ? ' there' : ''}.`,
        ];
  }
  const requests = [...new Set(refusals.map(({ request }) => request))];
  const parts = [
    `${refusals.length === 1 ? 'One check' : `${refusals.length} checks`} of ${kernel}, by request, with who can change it and a scenario that shows it:`,
  ];
  for (const request of requests) {
    const own = refusals.filter((refusal) => refusal.request === request);
    own.sort((a, b) => ORDER.indexOf(a.blame) - ORDER.indexOf(b.blame));
    parts.push([`**${request}**`, '', ...own.map((refusal) => line(refusal, errnos.size === 1))].join('\n'));
  }
  if (requests.length > 3 && terms.length + messages.length === 0) {
    parts.push(`A word more narrows it: \`netmem explain ${[...errnos][0] ?? ''} ${requests[0] ?? ''}\`.`);
  }
  parts.push(`Any of them runs with \`netmem simulate --scenario NAME\`.`);
  return parts;
}

function line({ errno, cause, blame, requirement, scenario, provider }: KnownRefusal, one: boolean): string {
  const rule = requirement === null ? '' : ` (${requirement})`;
  return `- ${one ? '' : `${errno}, `}${WHO[blame]}: ${cause}${rule}; ${scenario.id}${provider === null ? '' : ` --provider ${provider}`}`;
}

/** Which of the refusals the driver itself is to blame for, by running it. */
function ofDriver({ errnos }: Question, kernel: KernelRelease, { name, driver }: AskedDriver): string {
  const found = new Map<string, string>();
  for (const scenario of RUNS) {
    const parameters = { explore: true };
    const started = startRun({ model: driver.model, scenario, parameters, seed: 1, kernel });
    if (!started.ok) return `${name}: ${started.error.message}`;
    for (const { request, errno, cause, blame, at } of refusalsOf(started.value)) {
      if (blame !== 'driver' || (errnos.size > 0 && !errnos.has(errno))) continue;
      const place = at === null ? '' : `, ${driver.display(at.file)}:${at.line}`;
      found.set(`${request} ${cause}`, `- ${request}: ${errno}, ${cause}${place}`);
    }
  }
  const which = errnos.size === 0 ? 'none of its own' : `no ${[...errnos].join(' or ')} of its own`;
  if (found.size === 0)
    return `**${name}** on ${kernel} gives ${which}: bind-rx, zcrx and bind-tx were tried.`;
  return [`**${name}** on ${kernel} gives:`, '', ...found.values()].join('\n');
}
