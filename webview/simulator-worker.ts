/** The worker: connects a session to the page. Everything else is in worker/session.ts. */
import { isToWorker } from './worker/messages.ts';
import { Session } from './worker/session.ts';

// A message to oneself comes after the messages that wait already, without the delay of a timer.
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();

const session = new Session({
  post: (message) => self.postMessage(message),
  schedule: (slice) => {
    waiting.push(slice);
    turn.port2.postMessage(null);
  },
  now: () => performance.now(),
});

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isToWorker(data)) session.receive(data);
});
