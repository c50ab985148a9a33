/** What calls do to pages: the driver's own functions join slots, the kernel's are rewritten or end the conversion. */
import type { CallExpr } from '../syntax/ast.ts';
import { formArity, formFor, type NetmemForm, pageApi, type PageApi } from '../kernel/api.ts';
import { LOOKS_AT_TRUTH, takesAnyMemory } from '../kernel/c-words.ts';
import { TYPE } from '../kernel/structures.ts';
import { NAME } from '../kernel/table.ts';
import type { TextEdit } from '../fix.ts';
import type { PageExpressions, Value } from './page-expressions.ts';
import type { PageHolder } from './page-world.ts';

export function callFlow(flow: PageExpressions, x: CallExpr): Value {
  if (x.fn.k !== 'id') {
    flow.value(x.fn);
    for (const a of x.args) flow.border(a, flow.value(a), 'a call through a pointer');
    return { k: 'other', from: `${flow.text(x.fn)}()` };
  }
  const { name } = x.fn;
  if (flow.lookup(name) !== null) {
    for (const a of x.args) flow.border(a, flow.value(a), `${name}(), a function pointer`);
    return { k: 'other', from: `${name}()` };
  }
  const signature = flow.world.signature(flow.unit, name);
  const macro = flow.unit.symbols.macros.get(name);
  if (signature !== null && macro === undefined) {
    x.args.forEach((a, i) => {
      const v = flow.value(a);
      const to = signature.params[i] ?? null;
      if (to !== null) {
        flow.into(to, v, a, signature.key);
        if (v.k === 'page')
          flow.world.slots.call(v.slot, {
            key: signature.key,
            location: { file: flow.file.path, range: flow.at(x.fn) },
          });
      } else if (v.k === 'page' && v.depth === 0)
        flow.border(a, v, `${name}(), which takes it as something else`, { cookie: true });
      else if (v.k === 'page') flow.border(a, v, `${name}()`);
    });
    if (signature.result === null) return { k: 'other', from: `${name}()` };
    const slot = flow.world.slots.fresh();
    flow.world.slots.join(signature.result.slot, slot, signature.key);
    flow.world.slots.call(slot, {
      key: signature.key,
      location: { file: flow.file.path, range: flow.at(x.fn) },
    });
    return { k: 'page', slot, depth: signature.result.depth };
  }
  if (macro !== undefined) {
    for (const a of x.args) {
      const v = flow.value(a);
      if (v.k === 'page') flow.pin(v.slot, a, `${name} is a macro of the driver`, 'used by a macro');
    }
    return { k: 'other', from: `${name}()` };
  }
  const value = special(flow, name, x) ?? kernelCall(flow, name, x);
  const given = x.args.flatMap((a) => (a.k === 'sizeof' && a.type?.base === TYPE.page ? [a.type] : []));
  return value.k === 'other' && given[0] !== undefined ? { ...value, given: given[0] } : value;
}

/** Kernel macros that are assignments or look-through in disguise. */
function special(flow: PageExpressions, name: string, x: CallExpr): Value | null {
  const [a, b] = x.args;
  if (takesAnyMemory(name)) {
    for (const arg of x.args) {
      const v = flow.value(arg);
      if (v.k === 'page' && v.depth === 0) flow.border(arg, v, `${name}()`);
    }
    return { k: 'other', from: `${name}()` };
  }
  if (LOOKS_AT_TRUTH.has(name)) {
    for (const arg of x.args) flow.truth(arg);
    return { k: 'other', from: `${name}()` };
  }
  if (a === undefined) return null;
  if (name === NAME.page_to_netmem) {
    const v = flow.value(a);
    if (v.k === 'page' && v.depth === 0) {
      const start = flow.base + x.s;
      flow.edit(
        v.slot,
        [
          { range: { start, end: flow.base + a.s }, newText: '' },
          { range: { start: flow.base + a.e, end: flow.base + x.e }, newText: '' },
        ],
        'it is a netmem_ref already',
      );
    }
    return { k: 'other', from: `${name}()` };
  }
  if (b === undefined) return null;
  if (name === 'swap') {
    const l = flow.value(a);
    const r = flow.value(b);
    if (l.k === 'page') flow.into(l, r, b);
    else flow.border(b, r, 'swap()');
    return { k: 'other', from: 'swap()' };
  }
  if (name === 'WRITE_ONCE') {
    const to = flow.value(a);
    const v = flow.value(b);
    if (to.k === 'page') flow.into(to, v, b);
    else flow.border(b, v, `${flow.text(a)}, which is no page`);
    return to;
  }
  if (name === NAME.xchg) {
    const to = flow.value(a);
    const v = flow.value(b);
    if (to.k !== 'page' || to.depth !== 1) {
      flow.border(b, v, 'xchg()');
      return { k: 'other', from: 'xchg()' };
    }
    const held: PageHolder = { slot: to.slot, depth: 0 };
    flow.into(held, v, b);
    return { k: 'page', ...held };
  }
  return null;
}

function kernelCall(flow: PageExpressions, name: string, x: CallExpr): Value {
  const values = x.args.map((a) => flow.value(a));
  const api = pageApi(name);
  if (name === NAME.virt_to_head_page) return fromAddress(flow, x, NAME.netmem_compound_head);
  if (name === NAME.virt_to_page) return fromAddress(flow, x, null);
  const form = api === null ? null : formFor(api, flow.world.tree);
  if (api === null || !concernsPages(api)) {
    const callAt = flow.base + x.fn.s;
    x.args.forEach((a, i) => flow.border(a, values[i] ?? { k: 'other', from: '' }, `${name}()`, { callAt }));
    return { k: 'other', from: `${name}()` };
  }
  let slot = -1;
  x.args.forEach((a, i) => {
    const v = values[i];
    if (v?.k !== 'page') return;
    if (form === null || !api.pageArguments.includes(i) || v.depth > 0) {
      flow.border(a, v, form === null ? missing(api) : `${name}()`, { callAt: flow.base + x.fn.s });
      return;
    }
    if (slot >= 0) flow.world.slots.join(slot, v.slot);
    slot = v.slot;
  });
  let result: Value = { k: 'other', from: `${name}()` };
  if (api.returnsPage) {
    const made = flow.world.slots.fresh();
    result = { k: 'page', slot: made, depth: 0 };
    if (form === null) flow.pin(made, x.fn, missing(api), missing(api));
    else if (slot >= 0) flow.world.slots.join(slot, made);
    slot = made;
  }
  if (form === null || slot < 0) return result;
  const edits = callEdits(flow, x, form);
  if (edits === null)
    flow.pin(slot, x.fn, `${name}() is called with another number of arguments than known`, 'not understood');
  else flow.edit(slot, edits, `${name}() is ${form.name}() on a netmem_ref`, name, flow.base + x.fn.s);
  return result;
}

function concernsPages(api: PageApi): boolean {
  return api.returnsPage || api.pageArguments.length > 0;
}

function missing(api: PageApi): string {
  const [form] = api.forms;
  return form === undefined
    ? `${api.name}(), which has no netmem form`
    : `${api.name}(), whose netmem form ${form.name}() this tree lacks`;
}

/** `name($0, $1, more)`: the call keeps its arguments in order and may get constants behind them. */
function callEdits(flow: PageExpressions, x: CallExpr, form: NetmemForm): TextEdit[] | null {
  const inside = form.call.slice(form.call.indexOf('(') + 1, -1);
  const parts = inside === '' ? [] : inside.split(/,\s*/);
  const kept = parts.filter((p, i) => p === `$${i}`).length;
  const more = parts.slice(kept);
  if (kept !== x.args.length || formArity(form) !== parts.length || more.some((p) => p.includes('$')))
    return null;
  const edits: TextEdit[] = [{ range: flow.at(x.fn), newText: form.name }];
  if (more.length > 0) {
    const end = flow.base + x.e - 1;
    edits.push({ range: { start: end, end }, newText: `${kept > 0 ? ', ' : ''}${more.join(', ')}` });
  }
  return edits;
}

/** A page found by its address: only memory that has an address has one. */
function fromAddress(flow: PageExpressions, x: CallExpr, head: string | null): Value {
  const slot = flow.world.slots.fresh();
  const name = flow.text(x.fn);
  const { tree } = flow.world;
  if (!tree.has(NAME.virt_to_netmem) || (head !== null && !tree.has(head)))
    flow.pin(slot, x.fn, `${name}() has no netmem form in this tree`, `${name}() has no netmem form`);
  else {
    const end = flow.base + x.e;
    const edits: TextEdit[] = [
      {
        range: flow.at(x.fn),
        newText: head === null ? NAME.virt_to_netmem : `${head}(${NAME.virt_to_netmem}`,
      },
    ];
    if (head !== null) edits.push({ range: { start: end, end }, newText: ')' });
    flow.edit(slot, edits, 'the reference of memory that has an address', name, flow.base + x.fn.s);
    flow.world.slots.readable(slot, {
      location: { file: flow.file.path, range: flow.at(x.fn) },
      consumer: `${name}()`,
      callAt: flow.base + x.fn.s,
      cookie: false,
    });
  }
  return { k: 'page', slot, depth: 0 };
}
