/** The explanation of a finding: its places open when they are clicked, and what can be done next is a click too. */
import { afterEach, expect, test } from 'vitest';
import {
  ACCEPT_COMMAND,
  COPY_COMMAND,
  EXPLAIN_REQUEST,
  type ExplainedFinding,
  OPEN_PLACE_COMMAND,
  RULE_PAGE_COMMAND,
  SHOW_FIXES_COMMAND,
  SHOW_IN_SIMULATOR_COMMAND,
} from '../../extension/server/protocol.ts';
import { MAIN, PULLING, start, stopAll } from './harness.ts';

afterEach(stopAll);

test('places are links, next steps are commands', async () => {
  const session = await start(PULLING, {});
  const uri = MAIN.replace('main', "it's_(odd)");
  await session.open(uri, 'int x;\nint BAD;\n');
  const caret = { line: 1, character: 4 };
  const range = { start: caret, end: { line: 1, character: 7 } };
  const [found] = await session.client.sendRequest<readonly ExplainedFinding[]>(EXPLAIN_REQUEST, {
    uri,
    range,
  });
  const links = [...(found?.markdown ?? '').matchAll(/\[([^\]]*)\]\(command:([\w.]+)\?([\w%.-]*)\)/g)];
  const read = links.map(([, text, command, args = '']) => [
    text,
    command,
    JSON.parse(decodeURIComponent(args)) as unknown,
  ]);
  expect(read).toEqual([
    [expect.stringContaining('.c:2:5'), OPEN_PLACE_COMMAND, [expect.stringContaining('odd'), caret]],
    ['Fix…', SHOW_FIXES_COMMAND, [expect.any(String), range]],
    ['Show RX3 in the simulator', SHOW_IN_SIMULATOR_COMMAND, [expect.any(String), 'RX3']],
    ['Read the page of the rule', RULE_PAGE_COMMAND, ['rx3-bad']],
    ['Accept rx3-bad…', ACCEPT_COMMAND, [expect.objectContaining({ rule: 'rx3-bad', range })]],
    ['Copy as text', COPY_COMMAND, [expect.any(String), range]],
  ]);
});
