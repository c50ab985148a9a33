/** The README promises two commands, and continuous integration runs the very one that it names for tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const readme = read('README.md');

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** Lines of the fenced blocks of a language. */
function fenced(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].flatMap(([, body]) =>
    (body ?? '').trimEnd().split('\n'),
  );
}

test('the two commands are in the README, each alone in a block', () => {
  expect(fenced(readme, 'sh').slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
});

test('.ci/run runs the README’s test command, its last step last', () => {
  const command = fenced(readme, 'sh').find((line) => line.endsWith('npm test')) ?? '';
  const steps = read('.ci/run')
    .split('\n')
    .map((line) => line.replace(/^[A-Z_]+=\S+ /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const places = command.split(' && ').map((step) => steps.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.at(-1)).toBe(steps.length - 1);
});

test('every script that the documents name is in the manifest', () => {
  const scripts: unknown = Reflect.get(JSON.parse(read('package.json')), 'scripts');
  const named = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md']
    .filter((name) => existsSync(join(ROOT, name)))
    .flatMap((name) => [...read(name).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script]) => script));
  expect(Object.keys(scripts ?? {})).toEqual(expect.arrayContaining([...new Set(named)]));
});

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'extension/docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('extension/docs', name)),
];

/** What a heading is called in an address. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

test.each(DOCUMENTS)('links of %s lead to files and headings that are there', (name) => {
  const links = [...read(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  const broken = links.filter((link) => {
    if (/^(?:https?|command):/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const target = path === '' ? name : join(dirname(name), path);
    if (!existsSync(join(ROOT, target))) return true;
    if (heading === undefined) return false;
    return ![...read(target).matchAll(/^#+ (.*)$/gm)].some(([, title]) => anchor(title ?? '') === heading);
  });
  expect(broken).toEqual([]);
});
