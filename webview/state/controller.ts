/**
 * Holds the panel's state and is the only one to change it: messages of the host, answers of the worker and wishes of
 * the user come in here; requests, marks and the stored checkpoint go out.
 */
import { MEMORY_PROVIDERS } from '../../simulator/contract/memory-providers.ts';
import { jsonSize, MAX_MODEL_CHARACTERS } from '../../simulator/contract/json-size.ts';
import { bindingOf } from '../../simulator/contract/binding.ts';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import { unpackData } from '../../simulator/contract/packed.ts';
import type { RequirementId } from '../../simulator/contract/verdict.ts';
import type { PanelHost } from '../host/host.ts';
import { PROTOCOL_VERSION, isDriverModel } from '../protocol/messages.ts';
import type { ExportFormat, ParameterValue, RunChoice, SavedRun, ToPanel } from '../protocol/messages.ts';
import type { Simulator } from '../worker/client.ts';
import type { FromWorker, RunKey, Slot } from '../worker/messages.ts';
import { CHECKPOINT_VERSION, readCheckpoint } from './checkpoint.ts';
import type { Layout } from './checkpoint.ts';
import { faultSteps, nextFault } from './faults.ts';
import { runsLesson } from './lessons.ts';
import { blamedPlaces, isInSource, marksOf } from './marks.ts';
import { exploresPast, providerOf } from './run-choice.ts';
import { EMPTY_LOG, EMPTY_STATE, currentModel, lengthOf, waitingRun } from './panel-state.ts';
import type { PanelState, RunView } from './panel-state.ts';
import { answered } from './run-view.ts';

const EXTENSIONS: Readonly<Record<ExportFormat, string>> = {
  run: 'json',
  pcapng: 'pcapng',
  trace: 'trace.json',
};

export class PanelController {
  readonly #host: PanelHost;
  readonly #simulator: Simulator;
  readonly #listeners = new Set<() => void>();
  #state: PanelState;
  /** A seek is under way; the newest wish made meanwhile waits here. */
  #seeking = false;
  #wanted: number | null = null;
  /** The requirement whose evidence is shown when the run that was just started is done. */
  #focus: RequirementId | null = null;
  /** The handle rests where the run put it, at its first fault: no place that anybody chose. */
  #resting = false;
  /** The moment to go to when the run that was just started is done. */
  #returnTo: number | null = null;

  constructor(host: PanelHost, simulator: Simulator) {
    this.#host = host;
    this.#simulator = simulator;
    const stored = readCheckpoint(host.loadState());
    const choice = stored.choice ?? EMPTY_STATE.choice;
    this.#state = {
      ...EMPTY_STATE,
      driver: stored.driver,
      document: stored.document,
      choice,
      position: stored.position,
      main: waitingRun(choice),
      compared: stored.compared === null ? null : waitingRun(stored.compared),
      layout: stored.layout,
    };
    host.onMessage((message) => this.#receive(message));
  }

  get state(): PanelState {
    return this.#state;
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the host that messages can be received. */
  start(): void {
    this.#host.post({ type: 'ready', version: PROTOCOL_VERSION });
  }

  // What the user wants.

  chooseScenario(scenario: string): void {
    this.#choose({ ...this.#state.choice, scenario, parameters: this.#keptParameters() });
  }

  /** Sets parameters; a value of null goes back to what the scenario says. */
  setParameters(changes: Readonly<Record<string, ParameterValue | null>>): void {
    const parameters: Record<string, ParameterValue> = {};
    for (const [key, value] of Object.entries({ ...this.#state.choice.parameters, ...changes })) {
      if (value !== null) parameters[key] = value;
    }
    this.#choose({ ...this.#state.choice, parameters });
  }

  setSeed(seed: number): void {
    this.#choose({ ...this.#state.choice, seed: seed >>> 0 });
  }

  setKernel(kernel: RunChoice['kernel']): void {
    this.#choose({ ...this.#state.choice, kernel });
  }

  /** Runs again from the start. */
  runAgain(): void {
    this.#runMain();
  }

  stop(): void {
    this.#simulator.send({ type: 'stop', key: this.#key('main') });
  }

  /** Goes on with a stopped run. */
  goOn(): void {
    this.#set({ main: { ...this.#state.main, phase: 'running' } });
    this.#simulator.send({ type: 'continue', key: this.#key('main') });
  }

  /** Shows the moment of the next fault; behind the last one, the first again. */
  seekNextFault(): void {
    const { main, position } = this.#state;
    const step = nextFault(main.outcome?.verdict, position ?? lengthOf(main));
    if (step !== null) this.seek(step);
  }

  /** Shows the moment after `step` steps. */
  seek(step: number): void {
    this.#resting = false;
    this.#show(step);
  }

  #show(step: number): void {
    const { main } = this.#state;
    const length = lengthOf(main);
    if (main.outcome === null) return;
    const target = Math.max(0, Math.min(length, Math.round(step)));
    this.#set({ position: target === length ? null : target });
    this.#save();
    this.#seek(target);
  }

  play(playing: boolean): void {
    this.#set({ playing });
  }

  setLayout(changes: Partial<Layout>): void {
    this.#set({ layout: { ...this.#state.layout, ...changes } });
    this.#save();
  }

  /** Asks for rows of the event log; the answer is in the state. */
  readLog(from: number, count: number): void {
    const filter = this.#state.layout.eventFilter;
    this.#simulator.send({ type: 'events', key: this.#key('main'), query: { filter, from, count } });
  }

  openSource(at: SourceRange): void {
    this.#host.post({ type: 'openSource', at });
  }

  quickFix(at: SourceRange): void {
    this.#host.post({ type: 'quickFix', at });
  }

  /** Saves the run as a file; what the simulator has to write comes with its answer. */
  exportAs(format: ExportFormat): void {
    const { model, choice } = this.#state.main;
    if (model === null) return;
    if (format === 'run') {
      const run: SavedRun = { kind: 'netmem-run', version: PROTOCOL_VERSION, model, choice };
      const size = jsonSize(run, 1);
      if (size > MAX_MODEL_CHARACTERS) {
        const text = `The run was not saved: its driver is ${Math.round(size / 2 ** 20)} MB of JSON, over the limit of ${MAX_MODEL_CHARACTERS / 2 ** 20} MB.`;
        this.#set({ notice: { severity: 'error', text } });
        return;
      }
      this.#export(format, new TextEncoder().encode(`${JSON.stringify(run, null, 1)}\n`));
    } else this.#simulator.send({ type: 'export', key: this.#key('main'), format });
  }

  #export(format: ExportFormat, content: Uint8Array): void {
    const { model, choice } = this.#state.main;
    const fileName = `${model?.name ?? 'run'}-${choice.scenario}.${EXTENSIONS[format]}`;
    this.#host.post({ type: 'export', format, fileName, content });
  }

  chooseRun(): void {
    this.#host.post({ type: 'chooseRun' });
  }

  /** Back from a run out of a file to the driver in the editor. */
  closeOpened(): void {
    this.#set({ opened: null });
    this.#runMain();
  }

  dismissNotice(): void {
    this.#set({ notice: null });
  }

  /** Keeps the run of now, driver and all, to compare later ones with. */
  keepForComparison(): void {
    const model = currentModel(this.#state);
    if (model === null) return;
    this.#set({ comparedModel: model });
    this.#compare(this.#state.choice);
  }

  /** Compares with the same driver under other parameters. */
  compareWith(parameters: Readonly<Record<string, ParameterValue>>): void {
    const { choice } = this.#state;
    this.#set({ comparedModel: null });
    this.#compare({ ...choice, parameters: { ...choice.parameters, ...parameters } });
  }

  stopComparing(): void {
    this.#set({ compared: null, comparedModel: null });
    this.#save();
  }

  /** The worker is gone. */
  simulatorFailed(text: string): void {
    this.#set({ main: { ...this.#state.main, phase: 'failed', problem: text, outcome: null, moment: null } });
    this.#host.post({ type: 'failure', text });
  }

  // What others say.

  #receive(message: ToPanel): void {
    switch (message.type) {
      case 'model':
        this.#receiveModel(message);
        return;
      case 'modelError':
        this.#set({ modelError: message.message });
        return;
      case 'show':
        this.#choose({
          ...this.#state.choice,
          scenario: message.scenario ?? this.#state.choice.scenario,
          parameters: { ...this.#keptParameters(), ...message.parameters },
        });
        this.#focus = message.focus;
        return;
      case 'openRun':
        this.#set({ opened: message.run.model });
        this.#choose(message.run.choice);
        return;
      case 'fixes':
        this.#set({ main: { ...this.#state.main, fixable: message.places } });
        return;
      case 'notice':
        this.#set({ notice: { severity: message.severity, text: message.text } });
        return;
    }
  }

  #receiveModel(message: Extract<ToPanel, { type: 'model' }>): void {
    const { driver, document } = message;
    const model = unpackData(message.packed);
    if (!isDriverModel(model)) {
      this.#set({ modelError: 'The editor sent a driver model that this panel cannot read.' });
      return;
    }
    const another = this.#state.driver !== driver;
    this.#set({
      driver,
      document,
      live: model,
      modelError: '',
      ...(another && { position: null, compared: null, comparedModel: null, opened: null }),
    });
    this.#save();
    if (this.#state.opened === null) this.#runMain();
    const { compared, comparedModel } = this.#state;
    if (compared !== null && comparedModel === null) this.#compare(compared.choice);
  }

  /** An answer of the worker. */
  answer(message: FromWorker): void {
    const { key } = message;
    const view = key === null ? null : this.#view(key.slot);
    if (key === null || view?.run !== key.run) {
      if (message.type === 'failure' && key === null) this.simulatorFailed(message.text);
      return;
    }
    if (message.type === 'events') {
      const { query, total, past, rows } = message;
      if (query.filter !== this.#state.layout.eventFilter) return;
      this.#set({ log: { filter: query.filter, from: query.from, total, past, rows } });
      return;
    }
    if (message.type === 'exported') {
      this.#export(message.format, message.content);
      return;
    }
    this.#setView(key.slot, answered(view, message));
    if (key.slot === 'compared') return;
    if (message.type === 'moment')
      this.#arrived(message.events.findLast(({ at }) => isInSource(at))?.at ?? null);
    if (message.type === 'finished') this.#finished();
  }

  #finished(): void {
    const { main } = this.#state;
    if (main.outcome === null) return;
    this.#seeking = false;
    this.#wanted = null;
    const chosen = this.#focused() ?? this.#returnTo;
    const isChosen = chosen !== null && chosen < lengthOf(main);
    const target = isChosen ? chosen : (faultSteps(main.outcome.verdict)[0] ?? null);
    this.#returnTo = null;
    this.#focus = null;
    this.#resting = !isChosen;
    this.#postMarks();
    if (target !== null && target < lengthOf(main)) this.#show(target);
    else {
      this.#set({ position: null });
      this.#host.post({ type: 'current', at: null });
    }
  }

  /** The moment of the evidence that was asked for. */
  #focused(): number | null {
    if (this.#focus === null) return null;
    this.setLayout({ view: 'verdict' });
    const verdicts = this.#state.main.outcome?.verdict.requirements ?? [];
    const evidence = verdicts.find(({ requirement }) => requirement === this.#focus)?.evidence ?? [];
    return evidence.find(({ seq }) => seq !== null)?.step ?? null;
  }

  /** The editor marks the driver's own lines only: a lesson or a run out of a file is about another text. */
  #postMarks(): void {
    const { main, driver, opened } = this.#state;
    const foreign = opened !== null || runsLesson(main.choice.scenario);
    const verdict = foreign ? null : (main.outcome?.verdict ?? null);
    const explores = exploresPast(main.choice);
    this.#host.post({
      type: 'marks',
      driver,
      provider: MEMORY_PROVIDERS[providerOf(main.choice)].title,
      binding: verdict === null ? 'bound' : bindingOf(verdict, explores),
      marks: verdict === null ? [] : marksOf(verdict, explores),
    });
    const places = verdict === null ? [] : blamedPlaces(verdict);
    if (places.length > 0) this.#host.post({ type: 'findFixes', places });
  }

  #choose(choice: RunChoice): void {
    this.#set({ choice, position: null });
    this.#save();
    this.#runMain();
  }

  /** Parameters that stay when the scenario changes: whose memory it is, and how far to go. */
  #keptParameters(): Record<string, ParameterValue> {
    const { explore } = this.#state.choice.parameters;
    return explore === undefined ? {} : { explore };
  }

  #runMain(): void {
    const { choice, main } = this.#state;
    const model = currentModel(this.#state);
    if (model === null) return;
    this.#returnTo = this.#resting ? null : this.#state.position;
    this.#set({
      main: { ...main, run: main.run + 1, phase: 'running', fraction: 0, problem: '', model, choice },
      playing: false,
      log: EMPTY_LOG,
    });
    this.#simulator.send({ type: 'run', key: this.#key('main'), model, choice });
  }

  #compare(choice: RunChoice): void {
    const model = this.#state.comparedModel ?? currentModel(this.#state);
    if (model === null) return;
    const before = this.#state.compared ?? waitingRun(choice);
    const compared: RunView = { ...before, run: before.run + 1, phase: 'running', model, choice };
    this.#set({ compared });
    this.#save();
    this.#simulator.send({ type: 'run', key: this.#key('compared'), model, choice });
  }

  #seek(step: number): void {
    if (this.#seeking) {
      this.#wanted = step;
      return;
    }
    this.#seeking = true;
    this.#simulator.send({ type: 'seek', key: this.#key('main'), step });
  }

  /** The run beside it is shown at the same part of its way. */
  #seekCompared(): void {
    const { compared, main, position } = this.#state;
    if (compared?.outcome == null) return;
    const part = position === null ? 1 : position / Math.max(1, lengthOf(main));
    const step = Math.round(part * lengthOf(compared));
    this.#simulator.send({ type: 'seek', key: this.#key('compared'), step });
  }

  /** The worker shows the moment that was asked for; if the user moved on meanwhile, so does it. */
  #arrived(at: SourceRange | null): void {
    this.#host.post({ type: 'current', at: this.#resting ? null : at });
    this.#seekCompared();
    this.#seeking = false;
    const next = this.#wanted;
    this.#wanted = null;
    if (next !== null) this.#seek(next);
  }

  #view(slot: Slot): RunView | null {
    return slot === 'main' ? this.#state.main : this.#state.compared;
  }

  #setView(slot: Slot, view: RunView): void {
    this.#set(slot === 'main' ? { main: view } : { compared: view });
  }

  #key(slot: Slot): RunKey {
    return { slot, run: this.#view(slot)?.run ?? 0 };
  }

  #set(changes: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }

  #save(): void {
    const { driver, document, choice, compared, position, layout } = this.#state;
    this.#host.saveState({
      v: CHECKPOINT_VERSION,
      driver,
      document,
      choice,
      compared: compared?.choice ?? null,
      position: this.#resting ? null : position,
      layout,
    });
  }
}
