/** The panel's state: what messages, answers and wishes make of it, and what goes out. */
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import { packData } from '../../simulator/contract/packed.ts';
import { beforeEach, expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../webview/protocol/messages.ts';
import type { FromPanel, ToPanel } from '../../webview/protocol/messages.ts';
import { readCheckpoint } from '../../webview/state/checkpoint.ts';
import { faultSteps } from '../../webview/state/faults.ts';
import { lengthOf } from '../../webview/state/panel-state.ts';
import { PanelController } from '../../webview/state/controller.ts';
import { WorkerDriver, model } from './worker-driver.ts';

class Desk {
  readonly posted: FromPanel[] = [];
  readonly worker = new WorkerDriver();
  readonly panel: PanelController;
  stored: unknown;
  #answered = 0;
  #listener: (message: ToPanel) => void = () => undefined;

  constructor(stored: unknown = null) {
    this.stored = stored;
    this.panel = new PanelController(
      {
        post: (message) => this.posted.push(message),
        onMessage: (listener) => (this.#listener = listener),
        loadState: () => this.stored,
        saveState: (state) => (this.stored = structuredClone(state)),
      },
      { send: (message) => this.worker.send(message) },
    );
    this.panel.start();
  }

  /** The host says something. */
  say(message: ToPanel): void {
    this.#listener(message);
  }

  sendModel(driver = model(), uri = 'file:///d'): void {
    const version = PROTOCOL_VERSION;
    this.say({ type: 'model', version, driver: uri, document: `${uri}/a.c`, packed: packData(driver) });
  }

  /** Lets the worker finish and the panel read its answers, which may lead to more. */
  settle(): void {
    this.worker.settle();
    for (; ; this.#answered++) {
      const answer = this.worker.answers[this.#answered];
      if (answer === undefined) return;
      this.panel.answer(answer);
      this.worker.settle();
    }
  }
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

test('a model runs at once and comes to a verdict; marks go to the editor', () => {
  desk.sendModel();
  expect(desk.panel.state.main.phase).toBe('running');
  desk.settle();
  expect(desk.panel.state.main).toMatchObject({ phase: 'finished', outcome: { verdict: { state: 'pass' } } });
  expect(desk.posted.map(({ type }) => type)).toEqual(['ready', 'marks', 'current']);
  expect(desk.posted[1]).toMatchObject({ provider: 'dma-buf' });
});

/** A driver whose bind is refused, and which would read payload if it were not. */
function refused(): DriverModel {
  const plain = JSON.stringify(model({ queueOps: false, mistake: 'read-payload' }));
  return JSON.parse(plain.replaceAll(/"file":"([^"]*)"/g, '"file":"file:///d/$1"')) as DriverModel;
}

test('a run on pages is called one, beside the code too', () => {
  desk.sendModel(refused());
  desk.settle();
  const marks = desk.posted.find((message) => message.type === 'marks');
  expect(marks).toMatchObject({ binding: 'not bound' });
  expect(marks?.marks.filter(({ kind }) => kind === 'assumed')).toEqual([]);
});

test('faults behind a refused request are assumed, the refusal itself is not', () => {
  desk.sendModel(refused());
  desk.panel.setParameters({ explore: true });
  desk.settle();
  const marks = desk.posted.findLast((message) => message.type === 'marks');
  expect(marks).toMatchObject({ binding: 'as if bound' });
  const texts = (kind: string) =>
    marks?.marks.filter((mark) => mark.kind === kind).map(({ text }) => text.split(':')[0]);
  expect(new Set(texts('fault'))).toEqual(new Set(['RX2']));
  expect(texts('assumed')).toContain('if bound, RX5');
});

test('a changed model runs again; the old verdict stays until the new one is there', () => {
  desk.sendModel();
  desk.settle();
  desk.sendModel(model({ queueOps: false }));
  expect(desk.panel.state.main).toMatchObject({ phase: 'running', outcome: { verdict: { state: 'pass' } } });
  desk.settle();
  expect(desk.panel.state.main.outcome?.verdict.bind).toMatchObject({ accepted: false, errno: 'EOPNOTSUPP' });
});

test('the moment shown survives an edit of the driver, as far as the new run goes', () => {
  desk.sendModel();
  desk.settle();
  desk.panel.seek(40);
  desk.settle();
  expect(desk.panel.state.main.moment?.step).toBe(40);
  desk.sendModel(model({ queueOps: false }));
  desk.settle();
  expect(desk.panel.state.main.moment?.step).toBe(40);
});

test('after a fault the handle rests at the first one; that is no choice, and the editor marks no line for it', () => {
  const faulty = model({ mistake: 'read-payload' });
  desk.sendModel(faulty);
  desk.settle();
  const first = desk.panel.state.main.moment?.step ?? 0;
  expect(faultSteps(desk.panel.state.main.outcome?.verdict)[0]).toBe(first);
  expect(first).toBeLessThan(lengthOf(desk.panel.state.main));
  expect(desk.posted.findLast(({ type }) => type === 'current')).toMatchObject({ at: null });
  expect(readCheckpoint(desk.stored).position).toBeNull();
  desk.sendModel();
  desk.settle();
  expect(desk.panel.state.position).toBeNull();
});

test('the next fault is the one behind the moment shown, then the first again', () => {
  desk.sendModel(model({ mistake: 'read-payload' }));
  desk.settle();
  const steps = faultSteps(desk.panel.state.main.outcome?.verdict);
  const seen: number[] = [];
  for (let times = 0; times <= steps.length; times++) {
    desk.panel.seekNextFault();
    desk.settle();
    seen.push(desk.panel.state.main.moment?.step ?? -1);
  }
  expect(seen).toContain(steps[0]);
  expect(new Set(seen)).toEqual(new Set(steps));
});

test('seeks made while one is under way end at the newest', () => {
  desk.sendModel();
  desk.settle();
  for (const step of [10, 20, 30, 25]) desk.panel.seek(step);
  desk.settle();
  expect(desk.panel.state.main.moment?.step).toBe(25);
});

test('a scenario brings its own parameters; how far to go is kept', () => {
  desk.sendModel();
  desk.panel.setParameters({ explore: true, packets: 10 });
  desk.panel.chooseScenario('pages-work');
  expect(desk.panel.state.choice.parameters).toEqual({ explore: true });
});

test('a parameter set to nothing goes back to what the scenario says', () => {
  desk.panel.setParameters({ packets: 10 });
  desk.panel.setParameters({ packets: null });
  expect(desk.panel.state.choice.parameters).toEqual({});
});

test('parameters that cannot run say why, and the next choice runs', () => {
  desk.sendModel();
  desk.panel.setParameters({ mtu: 1 });
  desk.settle();
  expect(desk.panel.state.main).toMatchObject({ phase: 'refused', outcome: null });
  expect(desk.panel.state.main.problem).toContain('EINVAL: mtu');
  desk.panel.setParameters({ mtu: 1500 });
  desk.settle();
  expect(desk.panel.state.main.phase).toBe('finished');
});

test('choices, place and layout come back after a reload', () => {
  desk.sendModel();
  desk.settle();
  desk.panel.setParameters({ packets: 60 });
  desk.settle();
  desk.panel.seek(30);
  desk.panel.setLayout({ view: 'driver' });
  const reloaded = new Desk(desk.stored);
  reloaded.sendModel();
  reloaded.settle();
  expect(reloaded.panel.state.choice.parameters).toEqual({ packets: 60 });
  expect(reloaded.panel.state.main.moment?.step).toBe(30);
  expect(reloaded.panel.state.layout.view).toBe('driver');
  expect(readCheckpoint(desk.stored).document).toBe('file:///d/a.c');
});

test('a run out of a file stands in for the driver until it is closed', () => {
  desk.sendModel();
  desk.settle();
  const choice = { scenario: 'dmabuf-works', parameters: { packets: 20 }, seed: 3, kernel: null };
  const saved = model({ queueOps: false });
  desk.say({ type: 'openRun', run: { kind: 'netmem-run', version: PROTOCOL_VERSION, model: saved, choice } });
  desk.settle();
  expect(desk.panel.state.main.outcome?.verdict.state).toBe('fail');
  expect(desk.posted.findLast(({ type }) => type === 'marks')).toMatchObject({ marks: [] });
  desk.sendModel();
  desk.settle();
  expect(desk.panel.state.main.outcome?.verdict.state).toBe('fail');
  desk.panel.closeOpened();
  desk.settle();
  expect(desk.panel.state.main.outcome?.verdict.state).toBe('pass');
});

test('a kept run stays as it was while the driver changes', () => {
  desk.sendModel(model({ queueOps: false }));
  desk.settle();
  desk.panel.keepForComparison();
  desk.settle();
  desk.sendModel();
  desk.settle();
  expect(desk.panel.state.compared?.outcome?.verdict.state).toBe('fail');
  expect(desk.panel.state.main.outcome?.verdict.state).toBe('pass');
});

test('a comparison of two providers follows the driver', () => {
  desk.sendModel();
  desk.panel.compareWith({ provider: 'zcrx' });
  desk.settle();
  expect(desk.panel.state.compared?.outcome?.end.provider.kind).toBe('zcrx');
  desk.sendModel(model({ queueOps: false }));
  desk.settle();
  expect(desk.panel.state.compared?.outcome?.verdict.state).toBe('fail');
});

test('"show me" of the host chooses the scenario and runs it', () => {
  desk.sendModel();
  desk.say({ type: 'show', scenario: 'zcrx-works', parameters: { explore: true }, focus: null });
  desk.settle();
  expect(desk.panel.state.choice).toMatchObject({ scenario: 'zcrx-works', parameters: { explore: true } });
  expect(desk.panel.state.main.outcome?.end.provider.kind).toBe('zcrx');
});

test('a driver that cannot be read keeps its last verdict, with the reason', () => {
  desk.sendModel();
  desk.settle();
  desk.say({ type: 'modelError', message: 'tern_rx.c is gone' });
  expect(desk.panel.state.modelError).toBe('tern_rx.c is gone');
  expect(desk.panel.state.main.outcome?.verdict.state).toBe('pass');
});
