/** Entry of the suite inside the extension host: VS Code calls `run`. Writes its counts for the runner to add up. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import * as accepting from './accepting.ts';
import * as activation from './activation.ts';
import * as converting from './converting.ts';
import * as crashing from './crashing.ts';
import * as focus from './focus.ts';
import * as reading from './reading.ts';
import * as settings from './settings.ts';
import * as virtual from './virtual.ts';
import * as workspace from './workspace.ts';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 180_000, retries: 1, color: false });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  const suites = [activation, reading, settings, accepting, converting, focus, virtual, workspace, crashing];
  for (const suite of suites) suite.define();
  const failures: string[] = [];
  const stats = await new Promise<Mocha.Stats | undefined>((done) => {
    const runner = mocha.run(() => done(runner.stats));
    runner.on('retry', (test: Mocha.Runnable, error: Error) => {
      console.log(`again, since it failed once: ${test.fullTitle()}: ${error.message}`);
    });
    runner.on('fail', (test: Mocha.Runnable, error: Error) => {
      failures.push(`${test.fullTitle()}: ${error.message}`);
    });
  });
  const counts = {
    passed: stats?.passes ?? 0,
    failed: stats?.failures ?? 1,
    skipped: stats?.pending ?? 0,
    failures,
  };
  const file = process.env['NETMEM_TEST_RESULT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
}
