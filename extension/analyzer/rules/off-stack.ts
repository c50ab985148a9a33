/**
 * Functions whose packets never get to the stack: those of a self-test, those that transmission alone calls, and handlers of
 * queues that the driver keeps to itself (counters, events). No provider feeds such a queue, for none is bound to it.
 */
import { XMIT } from '../kernel/structures.ts';
import type { FunctionRef } from '../model/flow/call-graph.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { mentions } from '../model/names/mentions.ts';

const SELF_TEST = 'self_test';
/** Below every handler of packets for the stack, some function says this. */
const PACKET = 'skb';

/** How far up callers are looked for in the text. */
const LEVELS = 6;

/** What a place that names a function does with it. */
type Use = { readonly calledIn: string } | { readonly storedIn: string } | 'else';

/** Names of functions that run below such handlers only. @param asked the functions to say it of */
export function findOffStack(facts: DriverFacts, asked: ReadonlySet<string>): ReadonlySet<string> {
  const known = new Map<FunctionRef, boolean>();
  const isOff = (top: FunctionRef): boolean => {
    let found = known.get(top);
    if (found === undefined) known.set(top, (found = sends(facts, top) || isHandlerOfOthers(facts, top)));
    return found;
  };
  const out = new Set<string>();
  for (const name of asked) {
    const own = facts.calls.functions.filter(({ placed: { item } }) => item.name === name);
    const tops = own.flatMap((fn) => [...topsOf(facts, fn)]);
    if (tops.length > 0 && tops.every(isOff)) out.add(name);
  }
  return out;
}

/** True for the function that the stack calls to send: what it fills are the driver's own buffers, in fields of receive buffers. */
function sends({ pointers }: DriverFacts, { placed: { item } }: FunctionRef): boolean {
  return pointers.get(XMIT)?.has(item.name) === true;
}

/** True for a function that is only kept in tables, as a self-test or as a handler below which no packet is made. */
function isHandlerOfOthers(facts: DriverFacts, top: FunctionRef): boolean {
  const { file, item } = top.placed;
  // Others may be used anywhere.
  if (!item.isStatic) return false;
  const fields = fieldsOf(file.text, item.name);
  if (fields === null || fields.length === 0) return false;
  return fields.every((field) => field === SELF_TEST) || consumes(facts, below(facts, top));
}

/** True if the buffers end here: they are given back, and no packet is made. What only looks at them passes them on. */
function consumes(facts: DriverFacts, functions: ReadonlySet<FunctionRef>): boolean {
  if ([...functions].some((fn) => mentions(fn.placed, PACKET))) return false;
  const names = new Set([...functions].map(({ placed: { item } }) => item.name));
  return facts.classes.some((c) =>
    c.facts.some(({ kind, fn }) => (kind === 'release' || kind === 'put-page') && names.has(fn)),
  );
}

/**
 * Fields of tables that a static function is kept in, or those that call it; null if it is used in another way. Told by
 * the text: what calls it need not have been parsed.
 */
function fieldsOf(text: string, name: string): string[] | null {
  const fields: string[] = [];
  const seen = new Set([name]);
  let level = [name];
  for (let up = 0; up < LEVELS && level.length > 0; up++) {
    const above: string[] = [];
    for (const at of level)
      for (const use of usesOf(text, at)) {
        if (use === 'else') return null;
        if ('storedIn' in use) fields.push(use.storedIn);
        else if (!seen.has(use.calledIn)) {
          seen.add(use.calledIn);
          above.push(use.calledIn);
        }
      }
    level = above;
  }
  return level.length > 0 ? null : fields;
}

function usesOf(text: string, name: string): Use[] {
  const out: Use[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    // Part of another name, or a member.
    if (/[\w.>]/.test(text.charAt(at - 1)) || /\w/.test(text.charAt(at + name.length))) continue;
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
    // A head or a prototype, or a comment.
    if ((line === '' || /^\w/.test(line)) && !line.includes('=')) continue;
    if (/^\s*(?:\/\*|\*\s|\/\/)/.test(line)) continue;
    const [, field] = /\.(\w+)\s*=\s*&?$/.exec(line) ?? [];
    if (field !== undefined) out.push({ storedIn: field });
    else if (/^\s*\(/.test(text.slice(at + name.length, at + name.length + 4))) {
      const caller = headAbove(text, at);
      out.push(caller === null ? 'else' : { calledIn: caller });
    } else out.push('else');
  }
  return out;
}

/** Name of the static function around an offset, by its head at the start of a line; null if there is none. */
function headAbove(text: string, at: number): string | null {
  for (let end = text.lastIndexOf('\n', at); end > 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    if (/^[A-Za-z_]/.test(line) && line.includes('(') && !/^\w+:/.test(line)) {
      const [, name] = /(\w+)\s*\(/.exec(line) ?? [];
      const before = text.slice(text.lastIndexOf('\n', Math.max(0, start - 2)) + 1, start);
      return name !== undefined && /\bstatic\b/.test(line + before) ? name : null;
    }
    end = start - 1;
  }
  return null;
}

function directCallees(facts: DriverFacts, fn: FunctionRef): FunctionRef[] {
  const lists = facts.calls.callees(fn);
  return fn.summary.calls.flatMap(({ indirect }, i) => (indirect ? [] : (lists[i] ?? [])));
}

/** The function and all that it calls by name. */
function below(facts: DriverFacts, top: FunctionRef): ReadonlySet<FunctionRef> {
  const seen = new Set([top]);
  for (const fn of seen) for (const callee of directCallees(facts, fn)) seen.add(callee);
  return seen;
}

/** Functions that nobody calls by name, and from which calls lead to this one. */
function topsOf({ guards }: DriverFacts, fn: FunctionRef): ReadonlySet<FunctionRef> {
  const seen = new Set([fn]);
  const tops = new Set<FunctionRef>();
  for (const at of seen) {
    const above = guards.reach.callersByName(at);
    if (above.length === 0) tops.add(at);
    else for (const caller of above) seen.add(caller);
  }
  return tops;
}
