/** Nonsense is refused with the parameter, its range and the kernel's errno where it has one, before anything runs. */
import { expect, test } from 'vitest';
import type { RunConfig } from '../../../simulator/contract/config.ts';
import { createSimulation } from '../../../simulator/run/create.ts';
import { DEFAULT_CONFIG, PARAMETERS } from '../../../simulator/contract/parameters.ts';
import { validate } from '../../../simulator/contract/validate.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

function refusal(config: Partial<RunConfig>): string {
  const result = validate({ ...DEFAULT_CONFIG, ...config });
  return result.ok ? 'accepted' : `${result.error.errno ?? 'no errno'}: ${result.error.message}`;
}

test.each<[string, Partial<RunConfig>, string]>([
  ['a negative ring', { ringSize: -1 }, 'EINVAL: ringSize: -1 is outside 16 to 16384'],
  ['no queue at all', { rxQueues: 0 }, 'EINVAL: rxQueues: 0 is outside 1 to 64'],
  ['half a frame', { packets: 0.5 }, 'no errno: packets must be a whole number, not 0.5'],
  ['no number', { mtu: NaN }, 'EINVAL: mtu must be a whole number, not NaN'],
  ['more RSS queues than queues', { rxQueues: 2, rssQueues: 3 }, 'EINVAL: rssQueues: 3 queues in the RSS'],
  [
    '10 Tbit/s for an hour, in frames of 8 KiB',
    { rate: 152_587_890, payloadBytes: 8192, packets: 549_316_404_000 },
    'no errno: packets: 549316404000 is outside 0 to 10000000; a run is bounded',
  ],
  [
    '10 Tbit/s',
    { rate: 152_587_890, payloadBytes: 8192 },
    'no errno: rate: 152587890 is outside 1 to 100000000; a run is bounded',
  ],
  [
    'a day',
    { rate: 1, packets: 86_400 },
    'no errno: packets/rate: the run would last 86400 simulated seconds',
  ],
  ['an action before the start', { actions: [{ at: -1, action: 'unbind' }] }, 'no errno: the time of unbind'],
  ['a poll of nothing', { napiBudget: 0 }, 'no errno: napiBudget must be a whole number above 0'],
])('%s', (_, config, message) => {
  expect(refusal(config)).toContain(message);
});

test.each<[string, Partial<RunConfig>, string | null]>([
  ['a provider of no chunks', { chunks: 0 }, 'EINVAL'],
  ['a queue that is not there', { boundQueue: 63 }, 'EINVAL'],
  ['buffers of 3 bytes', { provider: 'zcrx', rxBufLen: 3 }, 'EINVAL'],
  ['a threshold above the maximum', { hdsThresh: 65_535 }, null],
])('%s gets its errno from the run', (_, config, errno) => {
  expect(refusal(config)).toBe('accepted');
  const made = createSimulation({
    model: referenceDriver().model,
    config: { ...DEFAULT_CONFIG, packets: 1, ...config },
    seed: 1,
    kernel: '7.1',
  });
  if (!made.ok) throw new Error(made.error.message);
  made.value.runToEnd();
  expect(made.value.verdict().bind.errno).toBe(errno);
});

test('every default is within its range', () => {
  expect(refusal({})).toBe('accepted');
  const keys = PARAMETERS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('the longest run that is allowed can be stopped after any number of steps', () => {
  const made = createSimulation({
    model: referenceDriver().model,
    config: { ...DEFAULT_CONFIG, packets: 10_000_000, history: false },
    seed: 1,
    kernel: '7.1',
  });
  if (!made.ok) throw new Error(made.error.message);
  expect(made.value.runToEnd(1000)).toBe('budget');
  expect(made.value.position).toBe(1000);
});
