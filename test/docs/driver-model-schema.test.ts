/**
 * The schema of the driver model, extension/docs/driver-model.schema.json, is written from the types (`vitest -u`), and
 * what `netmem model` prints keeps to it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { format } from 'prettier';
import { beforeAll, expect, test } from 'vitest';
import { analyse } from '../analyzer/analyse.ts';
import { schemaOf, type JsonSchema } from '../support/json-schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = join(ROOT, 'extension/docs/driver-model.schema.json');

let schema: JsonSchema = {};
beforeAll(() => {
  schema = schemaOf(join(ROOT, 'simulator/contract/driver-model.ts'), 'DriverModel', {
    title: 'Driver model of Netmem Workbench',
  });
}, 60_000);

test('the schema in the repository is the one of the types', async () => {
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
  await expect(text).toMatchFileSnapshot(FILE);
});

function sources(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test.each(['extension/example', 'test/support/compliant'])('the model of %s keeps to it', async (folder) => {
  const { model } = await analyse(sources(join(ROOT, folder)));
  const validate = new Ajv({ strict: false }).compile(schema);
  const copy: unknown = JSON.parse(JSON.stringify(model));
  validate(copy);
  expect(validate.errors ?? []).toEqual([]);
  expect(new Set(model.programs?.map(({ path }) => path)).size).toBe(9);
});

test('a model that breaks it is refused', async () => {
  const { model } = await analyse(sources(join(ROOT, 'extension/example')));
  const validate = new Ajv({ strict: false }).compile(schema);
  expect(validate({ ...model, version: 0 })).toBe(false);
  expect(validate({ ...model, programs: [{ path: 'rx-poll' }] })).toBe(false);
});
