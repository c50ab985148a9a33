/** The timeline is what Perfetto takes: right by the format's schema, spans with both ends, in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { timelineOf } from '../../../simulator/trace/timeline.ts';
import { finishedRun } from './runs.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'trace-event-format.schema.json'), 'utf8'),
) as object;
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(schema);

test.each(SCENARIOS.map(({ id }) => id))('%s is right by the schema', (id) => {
  const timeline: unknown = JSON.parse(JSON.stringify(timelineOf(finishedRun(id))));
  expect(validate(timeline), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
});

test('the schema refuses what Perfetto would', () => {
  const event = { ph: 'X', name: 'poll', pid: 1, tid: 1, ts: 1 };
  expect(validate({ traceEvents: [event] })).toBe(false);
  expect(validate({ traceEvents: [{ ...event, dur: 2 }] })).toBe(true);
  expect(validate({ traceEvents: [{ ...event, dur: 2, ts: -1 }] })).toBe(false);
});

describe('a good run', () => {
  const { traceEvents } = timelineOf(finishedRun('dmabuf-works'));

  test('has a span for every frame, opened and closed once', () => {
    const ids = (ph: 'b' | 'e') =>
      traceEvents.flatMap((event) => (event.ph === ph && 'id' in event ? [event.id] : []));
    expect(ids('b')).toHaveLength(500);
    expect(new Set(ids('b')).size).toBe(500);
    expect(ids('e').sort()).toEqual(ids('b').sort());
  });

  test('has polls that do not overlap on a queue', () => {
    const polls = traceEvents.flatMap((event) => (event.ph === 'X' ? [event] : []));
    expect(polls.length).toBeGreaterThan(5);
    for (const [index, poll] of polls.entries()) {
      const before = polls
        .slice(0, index)
        .filter(({ name }) => name === poll.name)
        .at(-1);
      if (before !== undefined) expect(poll.ts).toBeGreaterThanOrEqual(before.ts + before.dur);
    }
  });

  test('ends with no token out', () => {
    const tokens = traceEvents.flatMap((event) =>
      event.ph === 'C' && event.name === 'tokens' ? [event.args['value']] : [],
    );
    expect(Math.max(...tokens.map(Number))).toBeGreaterThan(10);
    expect(tokens.at(-1)).toBe(0);
  });

  test('points at the driver', () => {
    const instants = traceEvents.flatMap((event) => (event.ph === 'i' ? [event.args['source']] : []));
    expect(instants.some((source) => /^reference\.c:\d+:\d+$/.test(String(source)))).toBe(true);
  });
});
