/** Operations at one place of the source: what the facts there say, and what a call of the network stack does. */
import type { CpuAccess, Doubt, Operation, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import type { PacketEffect } from '../../kernel/entry/effect.ts';
import { TYPE } from '../../kernel/structures.ts';
import { effectsOf, entryOf } from '../../kernel/table.ts';
import type { CallExpr, Expr, Span } from '../../syntax/ast.ts';
import { visitExpression } from '../../syntax/walk.ts';
import type { BufferFact } from '../alias/alias-class.ts';
import type { PlacedClassFact } from './driver-index.ts';
import { conditionOf } from '../guards/condition.ts';
import type { Instance } from './instance.ts';
import { markOf } from './marks.ts';
import { receiveOperations, transmitOperations } from './operations.ts';
import type { PathBuilder } from './path-builder.ts';
import { isOwnMemory, isUnfollowed } from './receive.ts';
import { bare } from './values.ts';

/** Kinds of facts of which an operation follows that is wrong for memory of a provider. */
const CAN_BE_WRONG: ReadonlySet<BufferFact['kind']> = new Set([
  ...(['allocate', 'dma-address', 'map', 'unmap', 'sync-cpu', 'sync-device', 'copy-from', 'read'] as const),
  ...(['copy-to', 'kmap', 'build-skb', 'frag', 'release', 'put-page', 'refcount', 'reusable'] as const),
  'type-check',
]);

export class PlaceOperations {
  private readonly builder: PathBuilder;

  constructor(builder: PathBuilder) {
    this.builder = builder;
  }

  /** True if the fact is about a buffer of this direction. */
  concerns({ classes }: PlacedClassFact): boolean {
    const { ring, aliases, transmit } = this.builder.direction;
    return classes.some((c) =>
      transmit === null ? ring.has(c) || aliases.has(c) : transmit.mappings.has(c),
    );
  }

  facts(x: Expr, call: CallExpr | null, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const { transmit, ring } = builder.direction;
    for (const { fact, classes } of builder.index.factsAt(inst.view, x)) {
      if (fact.kind === 'create-pool' && transmit === null) {
        this.poolCreate(fact, x, call, inst, out);
        continue;
      }
      if (transmit !== null) {
        const sent = classes.filter((c) => transmit.mappings.has(c));
        const c = sent.find((n) => transmit.mappings.get(n)?.fragments === true) ?? sent[0];
        const how = c === undefined ? undefined : transmit.mappings.get(c);
        const cls = c === undefined ? undefined : builder.index.classes[c];
        if (how === undefined || cls === undefined) continue;
        const doubt = builder.index.meetsSentNetmem(fact, cls) ? null : 'pages-only';
        const unmapped = fact.kind === 'unmap' ? transmit.fragments.of(fact).is : 'unknown';
        for (const operation of transmitOperations(fact, cls, how, unmapped))
          builder.operation(out, inst, x, fact.api, operation, doubt);
        continue;
      }
      const chosen = builder.choose(classes, inst);
      const buffer = chosen === null ? this.unfollowed(fact, classes, inst) : builder.operand(chosen);
      if (buffer === null) {
        // Around memory of the driver's own, beside the ring.
        if (fact.kind === 'build-skb') builder.operation(out, inst, x, fact.api, { kind: 'alloc-skb' });
        else if (call !== null && this.copiesHeader(fact, classes, call, inst))
          builder.operation(out, inst, x, fact.api, { kind: 'copy-header', buffer: null });
        continue;
      }
      const use = {
        fact,
        buffer,
        header: chosen !== null && ring.get(chosen)?.operand.role === 'header',
        intoSkb: call !== null && this.intoSkb(call, inst),
        direct: call !== null && this.direct(call, inst),
        pool: call === null ? null : this.poolOf(call, inst),
      };
      const doubt = this.doubtOf(fact, classes, inst);
      for (const operation of receiveOperations(use))
        builder.operation(out, inst, x, fact.api, operation, doubt);
    }
    if (transmit === null && call !== null && this.allocatesSkb(call, inst))
      builder.operation(out, inst, call, builder.index.text(inst.view, call.fn), { kind: 'alloc-skb' });
  }

  /** `ring->buf[i] = NO_UNMAP`: what the completion looks for before it unmaps. */
  mark(l: Expr, r: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const { transmit, questions } = builder.direction;
    if (transmit === null || transmit.marks.size === 0) return;
    const from = bare(r);
    if (from.k === 'cond' && from.a !== null) {
      const [then, otherwise]: [ProgramNode[], ProgramNode[]] = [[], []];
      this.mark(l, from.a, span, inst, then);
      this.mark(l, from.b, span, inst, otherwise);
      if (then.length + otherwise.length > 0) builder.conditionalParts(from.c, inst, then, otherwise, out);
      return;
    }
    const [literals] = conditionOf({ k: 'binary', op: '==', l, r, s: span.s, e: span.e }, inst.words, true);
    const [only, ...more] = literals ?? [];
    if (only === undefined || more.length > 0 || !only.holds) return;
    const asked = questions.known(only.atom.subject, only.atom.compare);
    if (asked !== null && transmit.marks.has(markOf(asked.question, asked.answer)))
      builder.operation(out, inst, span, '=', { kind: 'tx-store-address', helper: 'mark' });
  }

  private doubtOf(fact: BufferFact, classes: readonly number[], inst: Instance): Doubt | null {
    const { builder } = this;
    if (!CAN_BE_WRONG.has(fact.kind)) return null;
    const meant = classes.filter((c) => builder.choose([c], inst) === builder.choose(classes, inst));
    const can = meant.some((c) => {
      const of = builder.index.classes[c];
      return of === undefined || builder.index.meetsProvider(fact, of);
    });
    return can || meant.length === 0 ? null : 'pages-only';
  }

  /** The call's value is the pool from now on: its number in the model, counted from 1. */
  private poolCreate(
    fact: BufferFact,
    x: Expr,
    call: CallExpr | null,
    inst: Instance,
    out: ProgramNode[],
  ): void {
    const { builder } = this;
    const pool = builder.index.poolCreatedAt(fact.location);
    if (pool === null) return;
    builder.operation(out, inst, x, fact.api, { kind: 'pool-create', pool: pool.name });
    if (call === null) return;
    const variable = builder.variables.site(inst.view.ref, call, `${fact.api}()`);
    const value = pool.number + 1;
    builder.push(out, { node: 'assign', at: builder.at(inst, x), variable, value, from: null });
    builder.variables.bind(call, variable);
  }

  /** What goes into the packet and comes from nowhere, through a bus address for one, is the buffer received. */
  private unfollowed(fact: BufferFact, classes: readonly number[], inst: Instance): number | null {
    const { index } = this.builder;
    return classes.some((c) => isUnfollowed(fact, index.classes[c]))
      ? this.builder.receivedOperand(inst)
      : null;
  }

  /** A linear skb of its own; one that sits in the ring is a buffer. */
  private allocatesSkb(call: CallExpr, inst: Instance): boolean {
    if (call.fn.k !== 'id') return false;
    const skb = effectsOf(call.fn.name)?.some((e) => e.source === 'skb') === true;
    return skb && !this.builder.index.factsAt(inst.view, call).some((f) => this.concerns(f));
  }

  /** Out of memory of the driver's own into the packet: headers that the device has put apart. */
  private copiesHeader(
    { kind }: BufferFact,
    classes: readonly number[],
    call: CallExpr,
    inst: Instance,
  ): boolean {
    const { index } = this.builder;
    const own = (n: number): boolean => {
      const c = index.classes[n];
      return c !== undefined && isOwnMemory(c);
    };
    return kind === 'copy-from' && classes.some(own) && this.intoSkb(call, inst);
  }

  /** The destination of a copy belongs to a socket buffer. */
  private intoSkb(call: CallExpr, inst: Instance): boolean {
    const [first] = call.args;
    if (first === undefined) return false;
    let found = false;
    visitExpression(first, (x) => {
      const type = x.k === 'id' || x.k === 'member' ? this.builder.index.type(inst.view, x) : null;
      if (type?.base === TYPE.sk_buff) found = true;
    });
    return found;
  }

  /** The variable that holds the pool of an allocation: its first argument, by the kernel's convention. */
  private poolOf(call: CallExpr, inst: Instance): number | null {
    const [first] = call.args;
    if (first === undefined) return null;
    const type = this.builder.index.type(inst.view, first);
    return type.base === TYPE.page_pool && type.depth === 1
      ? this.builder.variables.of(bare(first), inst)
      : null;
  }

  private direct(call: CallExpr, inst: Instance): boolean {
    const name = call.fn.k === 'id' ? call.fn.name : '';
    if (entryOf(name)?.direct === true) return true;
    const last = call.args.at(-1);
    return last !== undefined && this.builder.index.constant(last, inst) === 1;
  }

  /** The buffer that an xdp_buff is prepared with: of a driver with a header ring, its headers. */
  private prepared(inst: Instance): number | null {
    const { builder } = this;
    const { index, direction } = builder;
    const found = [...direction.ring.keys()].filter((n) =>
      index.classes[n]?.facts.some(({ kind }) => kind === 'xdp-prepare'),
    );
    const chosen = builder.choose(found, inst);
    return chosen === null ? builder.receivedOperand(inst) : builder.operand(chosen);
  }

  /** As napi_gro_frags() does: takes the headers out of the first fragment. */
  private pullsHeaders(
    inst: Instance,
    emit: (operation: Operation) => void,
    how: CpuAccess = 'parse-headers',
  ): void {
    const buffer = this.builder.receivedOperand(inst);
    if (buffer === null) return;
    emit({ kind: 'cpu-access', buffer, how });
    emit({ kind: 'copy-header', buffer: null });
  }

  stackCall(effect: PacketEffect, api: string, x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const emit = (operation: Operation): void => builder.operation(out, inst, x, api, operation);
    if (builder.direction.transmit !== null) {
      if (effect === 'free-skb')
        emit({ kind: builder.direction.transmit.completing ? 'tx-free-skb' : 'tx-drop' });
      else if (effect === 'copy-payload') emit({ kind: 'tx-read-payload', how: 'copy' });
      else if (effect === 'linearize') emit({ kind: 'tx-read-payload', how: 'linearize' });
      else if (effect === 'checksum') emit({ kind: 'tx-read-payload', how: 'checksum' });
      return;
    }
    switch (effect) {
      case 'deliver':
        for (const buffer of builder.skbOperands()) emit({ kind: 'build-skb', buffer });
        if (entryOf(api)?.parsesHeaders === true) this.pullsHeaders(inst, emit, 'gro-headers');
        emit({ kind: 'deliver' });
        return;
      case 'mark-for-recycle':
      case 'read-skb-head':
      case 'free-skb':
      case 'napi-enable':
      case 'napi-disable':
        emit({ kind: effect });
        return;
      case 'napi-get-frags':
        emit({ kind: 'alloc-skb' });
        return;
      case 'pull-headers':
        this.pullsHeaders(inst, emit);
        return;
      case 'run-xdp': {
        const buffer = builder.receivedOperand(inst);
        if (buffer !== null) emit({ kind: 'run-xdp', buffer });
        return;
      }
      case 'build-from-xdp': {
        const buffer = this.prepared(inst);
        if (buffer === null) return;
        emit({ kind: 'build-skb', buffer });
        emit({ kind: 'mark-for-recycle' });
        return;
      }
      case 'unwrap': {
        const arg = x.args[0];
        const classes = arg === undefined ? [] : builder.index.classesOf(inst.view, bare(arg));
        const chosen = builder.choose(classes, inst);
        const buffer = chosen === null ? null : builder.operand(chosen);
        if (buffer !== null) emit({ kind: 'unwrap', buffer, to: 'page' });
        return;
      }
      case 'pool-destroy': {
        const arg = x.args[0];
        if (arg === undefined) return;
        for (const pool of new Set(builder.index.poolsOf(inst.view, arg))) emit({ kind: effect, pool });
        return;
      }
      case 'copy-payload':
      case 'linearize':
      case 'checksum':
        return;
    }
  }
}
