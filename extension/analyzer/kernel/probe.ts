/**
 * Reads what a kernel tree offers from its headers. Only declarations are looked at: comments are dropped, bodies of
 * inline functions are passed over, and a macro counts with its parameters.
 */
import { arityIn, isIn } from './presence.ts';
import { typeWord } from './structures.ts';
import { entryOf } from './table.ts';
import { type KernelTree, type Release, RELEASES } from './tree.ts';

/** The headers to hand to `probeTree`, relative to the tree's root. */
export const PROBED_HEADERS = [
  'include/net/page_pool/types.h',
  'include/net/page_pool/helpers.h',
  // Both of them before 6.6.
  'include/net/page_pool.h',
  'include/net/netmem.h',
  'include/net/xdp.h',
  'include/net/netdev_queues.h',
  'include/linux/skbuff.h',
  'include/linux/netdevice.h',
  'include/linux/ethtool.h',
  'include/uapi/linux/netdev.h',
] as const;

/** A directory with one of these files in it is a kernel tree with a page pool; the second is the name before 6.6. */
export const TREE_MARKERS = ['include/net/page_pool/types.h', 'include/net/page_pool.h'] as const;

/** An identifier that tells a release from the one before it. The oldest release needs none. */
const MARKS: Readonly<Record<Exclude<Release, (typeof RELEASES)[0]>, string>> = {
  '6.18': 'netmem_dma_unmap_page_attrs',
  '7.1': 'netmem_to_nmdesc',
  '7.2': 'NETMEM_TX_DMA',
  '7.3': 'NETDEV_A_DMABUF_RX_PAGE_SIZE',
};

const MARKED: ReadonlyMap<Release, string> = new Map(Object.entries(MARKS) as [Release, string][]);

/** The newest release whose mark is among the words. */
function releaseOf(words: ReadonlySet<string>): Release {
  const [oldest] = RELEASES;
  return RELEASES.findLast((release) => words.has(MARKED.get(release) ?? '')) ?? oldest;
}

/**
 * A tree of the release, by the table of identifiers. Of names that are not in the table nothing is known: it lacks
 * them.
 */
export function assumedTree(release: Release): KernelTree {
  return {
    origin: { kind: 'assumed' },
    release,
    has: (identifier) => {
      const known = entryOf(identifier) ?? typeWord(identifier);
      return known !== null && isIn(known, release);
    },
    arity: (identifier) => {
      const entry = entryOf(identifier);
      return entry === null ? null : arityIn(entry, release);
    },
  };
}

/**
 * The tree at `root`, read from the texts of its headers (by path relative to the root; missing ones are missing
 * abilities). Source of the rule: presence and number of parameters decide, never the version.
 */
export function probeTree(root: string, headers: Iterable<string>): KernelTree {
  const words = new Set<string>();
  const arities = new Map<string, number>();
  const macros = new Set<string>();
  for (const text of headers) collect(withoutComments(text), words, arities, macros);
  return {
    origin: { kind: 'probed', root },
    release: releaseOf(words),
    has: (identifier) => words.has(identifier),
    arity: (identifier) => arities.get(identifier) ?? null,
    isMacro: (identifier) => macros.has(identifier),
  };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\\\r?\n/g, ' ');
}

const TOKEN = /#[ \t]*define[ \t]+(\w+)(\(([^)]*)\))?|#[^\n]*|([A-Za-z_]\w*)|[{}();,=]/g;

/** One pass over the tokens: every identifier is a word; at file scope `name(...)` is a declaration with an arity. */
function collect(text: string, words: Set<string>, arities: Map<string, number>, macros: Set<string>): void {
  let braces = 0;
  let last: string | null = null;
  let open: { name: string; depth: number; commas: number; filled: boolean } | null = null;
  for (const match of text.matchAll(TOKEN)) {
    const [token, macro, parenthesis, parameters, word] = match;
    if (macro !== undefined) {
      words.add(macro);
      macros.add(macro);
      if (parenthesis !== undefined && !parameters?.includes('...'))
        arities.set(macro, countOf(parameters ?? ''));
      for (const used of text
        .slice(match.index + token.length, lineEnd(text, match.index))
        .match(/[A-Za-z_]\w*/g) ?? [])
        words.add(used);
      continue;
    }
    if (token.startsWith('#')) continue;
    if (word !== undefined) {
      words.add(word);
      if (open !== null) open.filled ||= word !== 'void' || open.depth > 1 || open.commas > 0;
    } else if (token === '{') braces++;
    else if (token === '}') braces = Math.max(0, braces - 1);
    else if (braces === 0) open = atFileScope(token, open, last, arities);
    last = word ?? null;
  }
}

type Open = { name: string; depth: number; commas: number; filled: boolean } | null;

function atFileScope(token: string, open: Open, last: string | null, arities: Map<string, number>): Open {
  if (token === '(') {
    if (open !== null) return { ...open, depth: open.depth + 1 };
    return last === null ? null : { name: last, depth: 1, commas: 0, filled: false };
  }
  if (open === null) return null;
  if (token === ',' && open.depth === 1) return { ...open, commas: open.commas + 1, filled: true };
  if (token !== ')') return open;
  if (open.depth > 1) return { ...open, depth: open.depth - 1 };
  // The first declaration of a name wins; later ones are the stubs of another configuration.
  if (!arities.has(open.name)) arities.set(open.name, open.filled ? open.commas + 1 : 0);
  return null;
}

function countOf(parameters: string): number {
  return parameters.trim() === '' ? 0 : parameters.split(',').length;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
