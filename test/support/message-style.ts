/** How the message of a finding reads: what to do first, in lower case as compilers write, in one line of a terminal. */
import { expect } from 'vitest';
import type { Finding } from '../../extension/analyzer/finding.ts';

const VERBS = [
  ...[
    'add',
    'call',
    'check',
    'declare',
    'delete',
    'do',
    'drop',
    'give',
    'keep',
    'let',
    'map',
    'mark',
    'mend',
    'offer',
  ],
  ...['read', 'remember', 'set', 'skip', 'take', 'track', 'unmap', 'use'],
];
const ACTION = new RegExp(`^(?:${VERBS.join('|')}) .*\\.$`);
const CHARACTERS = 80;

/** Fails on a message that does not begin with an action, or is too long. */
export function expectMessageStyle({ rule, message }: Pick<Finding, 'rule' | 'message'>): void {
  expect(message, rule).toMatch(ACTION);
  expect(message.length, `${rule}: ${message}`).toBeLessThanOrEqual(CHARACTERS);
}
