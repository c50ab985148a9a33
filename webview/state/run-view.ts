/** How an answer of the worker changes what is known of a run. */
import type { FromWorker } from '../worker/messages.ts';
import type { RunView } from './panel-state.ts';

/** Answers about one run. */
export type RunAnswer = Exclude<FromWorker, { type: 'events' | 'exported' }>;

export function answered(view: RunView, answer: RunAnswer): RunView {
  switch (answer.type) {
    case 'progress':
      // The picture follows a first run; a repeated one changes it at once when it is done, without flicker.
      return {
        ...view,
        fraction: answer.fraction,
        ...(view.outcome === null && { moment: answer.snapshot }),
      };
    case 'finished':
      return {
        ...view,
        phase: answer.outcome.complete ? 'finished' : 'stopped',
        fraction: 1,
        problem: '',
        outcome: answer.outcome,
        timeline: null,
        moment: answer.outcome.end,
        events: [],
      };
    case 'timeline':
      return { ...view, timeline: answer.buckets };
    case 'moment':
      return { ...view, moment: answer.snapshot, events: answer.events };
    case 'refused': {
      const errno = answer.errno === null ? '' : `${answer.errno}: `;
      return {
        ...view,
        phase: 'refused',
        problem: `${errno}${answer.message}`,
        outcome: null,
        timeline: null,
        moment: null,
      };
    }
    case 'failure':
      return { ...view, phase: 'failed', problem: answer.text, outcome: null, timeline: null, moment: null };
  }
}
