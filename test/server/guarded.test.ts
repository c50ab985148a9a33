/** An answer that fails for one driver: the editor gets an empty one, the log names the driver, and the others are answered. */
import { beforeEach, afterEach, expect, test } from 'vitest';
import type { Analyzer } from '../../extension/analyzer/analyzer.ts';
import {
  CONVERSIONS_REQUEST,
  DRIVER_MODEL_REQUEST,
  EXPLAIN_REQUEST,
  READINESS_REQUEST,
  SCAN_REQUEST,
  type ScanResult,
} from '../../extension/server/protocol.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { PULLING, type Session, start, stopAll } from './harness.ts';

const GOOD = 'file:///tree/good/good.c';
const BAD = 'file:///tree/bad/bad.c';
const DRIVER = `static void heron_put(struct page_pool *pool)
{
	struct page *page = page_pool_dev_alloc_pages(pool);

	put_page(page);
}
`;

/** Analyses as the real one; of the driver `bad`, nothing that is asked of the analysis can be answered. */
function failing(real: Analyzer): Analyzer {
  return {
    openDriver(files, tree, options) {
      const driver = real.openDriver(files, tree, options);
      if (options?.name !== 'bad') return driver;
      const fail = (): never => {
        throw new Error('no answer');
      };
      return {
        ...{ setFile: (file) => driver.setFile(file), removeFile: (path) => driver.removeFile(path) },
        ...{ readWhole: () => driver.readWhole(), dispose: () => driver.dispose() },
        analysis: () => {
          const { findings } = driver.analysis();
          return {
            findings: findings.map((finding) => ({
              ...finding,
              get fixes() {
                return fail();
              },
              get evidence() {
                return fail();
              },
            })),
            get model() {
              return fail();
            },
            get facts() {
              return fail();
            },
            incomplete: [],
            conversions: fail,
          };
        },
      };
    },
  };
}

let session: Session;
let log: string[];

beforeEach(async () => {
  log = [];
  const analyzer = failing(await analyserForTests());
  const files = { [GOOD]: DRIVER, [BAD]: DRIVER };
  session = await start(PULLING, files, { analyzer, settings: { inlayHints: { roles: true } } });
  session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    log.push(message);
  });
  await session.open(GOOD, DRIVER);
  await session.open(BAD, DRIVER);
});
afterEach(stopAll);

const line = DRIVER.split('\n').findIndex((text) => text.includes('put_page(page)'));
const range = { start: { line, character: 1 }, end: { line, character: 9 } };
const place = (uri: string) => ({ textDocument: { uri } });

const FAILED = { ok: false, error: expect.stringContaining('tree/bad') as unknown };

test.each<[what: string, method: string, params: (uri: string) => object, empty: unknown]>([
  [
    'code actions',
    'textDocument/codeAction',
    (uri) => ({ ...place(uri), range, context: { diagnostics: [] } }),
    [],
  ],
  ['a hover', 'textDocument/hover', (uri) => ({ ...place(uri), position: range.start }), null],
  ['the model', DRIVER_MODEL_REQUEST, (uri) => ({ uri, known: null }), FAILED],
  ['the readiness', READINESS_REQUEST, (uri) => ({ uri }), FAILED],
  ['conversions', CONVERSIONS_REQUEST, (uri) => ({ uri }), FAILED],
  ['an explanation', EXPLAIN_REQUEST, (uri) => ({ uri, range }), []],
  ['findings', 'textDocument/diagnostic', place, { kind: 'full', items: [] }],
])('%s', async (_, method, params, empty) => {
  expect(await session.client.sendRequest(method, params(BAD))).toEqual(empty);
  const answer = await session.client.sendRequest(method, params(GOOD));
  expect(answer).not.toEqual(empty);
  expect(answer).not.toMatchObject({ ok: false });
  expect(log.filter((text) => text.includes('tree/bad'))).not.toEqual([]);
  expect(log.filter((text) => text.includes('tree/good'))).toEqual([]);
});

test('a scan, which tells of the others', async () => {
  const { drivers } = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, {
    folders: ['file:///tree'],
  });
  expect(drivers.map(({ driver }) => driver)).toEqual(['file:///tree/good']);
  expect(log.filter((text) => text.includes('no answer'))).not.toEqual([]);
});
