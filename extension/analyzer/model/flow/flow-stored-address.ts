/** DMA addresses that are stored: kept in a record for the end of the mapping, or told to the device in a descriptor. */
import { TYPE } from '../../kernel/structures.ts';
import type { Expr, Span } from '../../syntax/ast.ts';
import type { FactKind } from './facts.ts';
import type { AddressFlow, AddressLocals } from './flow-address.ts';
import { makeFact } from './kernel-call.ts';
import type { TypeNames } from '../names/names.ts';
import type { SummaryWriter } from './function-summary.ts';
import {
  carries,
  holdsAddress,
  NARROW_ADDRESS,
  ownerOfMember,
  type Type,
  typeOfExpression,
} from '../names/types.ts';

/** True for what is done to a buffer by its DMA address alone. */
export function isOfAddress(kind: FactKind): boolean {
  return kind === 'sync-cpu' || kind === 'sync-device' || kind === 'unmap';
}

/** Where an address is kept. */
interface Record {
  readonly at: Span;
  readonly fieldAt: Span;
  /** `struct tag.field`, or '' if it is not known. */
  readonly into: string;
}

export class StoredAddresses {
  private readonly summary: SummaryWriter;
  private readonly names: TypeNames;
  private readonly locals: AddressLocals;
  private readonly addresses: AddressFlow;

  constructor(summary: SummaryWriter, names: TypeNames, locals: AddressLocals, addresses: AddressFlow) {
    this.summary = summary;
    this.names = names;
    this.locals = locals;
    this.addresses = addresses;
  }

  private type(x: Expr): Type {
    return typeOfExpression(x, this.locals, this.names);
  }

  /** `l = r`: a DMA address may be kept in a record, or an element of one, which a local may point to. @param value node of the address */
  assigned(l: Expr, r: Expr, value: number): void {
    const pointer = l.k === 'index' ? l.obj : l.k === 'deref' ? l.x : null;
    if (pointer?.k === 'id') {
      const into = this.addresses.placeBehind(pointer);
      if (into !== '') this.keep({ at: l, fieldAt: pointer, into }, r, this.type(l), value);
      return;
    }
    const isElement = l.k === 'index';
    const to = isElement ? l.obj : l;
    if (to.k !== 'member' || (isElement && this.isTemporary(to.obj))) return;
    const into = this.addresses.keyOf(to) ?? '';
    this.keep({ at: l, fieldAt: to.fieldAt, into }, r, this.type(l), value);
  }

  /** True for a structure that is a local itself: nothing is found in there later. */
  private isTemporary(x: Expr): boolean {
    return x.k === 'id' && this.locals.lookup(x.name) >= 0 && this.type(x).depth === 0;
  }

  /**
   * A DMA address is kept in a record, as what ends the mapping needs it.
   * @param value node of the address
   */
  keep({ at, fieldAt, into }: Record, r: Expr, type: Type, value: number): void {
    if (type.depth > 0 || !holdsAddress(type)) return;
    // Neither of the two need be declared as a DMA address: where mappings end tells the rest.
    if (!holdsAddress(this.type(r)) && r.k !== 'call') return;
    const madeBy = this.summary.madeBy(value);
    const from = this.addresses.of(r);
    // What was read back from a descriptor or an array that this function has just filled was made by its mapping.
    const isReadBack =
      (r.k === 'member' || r.k === 'index') && from.some((source) => typeof source === 'number');
    if (madeBy.length > 0 || isReadBack)
      this.summary.fact(value, makeFact('unmap-store', '=', at, fieldAt, { madeBy, into }), -1, from);
  }

  /** A DMA address put into a plain integer field is told to the device, not kept: descriptor layouts serve all buffers. */
  posts(l: Expr, r: Expr): boolean {
    if (l.k !== 'member' || this.type(r).base !== TYPE.dma_addr_t) return false;
    const type = this.type(l);
    return type.depth === 0 && type.base !== TYPE.dma_addr_t && type.base !== '';
  }

  /** True for an address of 32 bits that goes into a descriptor. */
  postsNarrow(l: Expr, r: Expr): boolean {
    const to = this.type(l);
    if (to.depth > 0 || to.base === '' || carries(to)) return false;
    const from = this.type(r);
    return from.depth === 0 && (from.base === TYPE.dma_addr_t || from.base === NARROW_ADDRESS);
  }

  /** The address is told to the device in `l`. @param value node of the address */
  post(l: Expr, value: number): void {
    this.summary.fact(value, makeFact('post', '=', l, l, { postedInto: this.fieldName(l) }), -1);
  }

  /** The node of an address that a descriptor keeps in a field too narrow to be followed; -1 for anything else. */
  fromDescriptor(x: Expr): number {
    const at = x.k === 'cast' ? x.x : x;
    if (at.k !== 'member') return -1;
    const name = this.fieldName(at);
    return name === null ? -1 : this.summary.key(name);
  }

  /** The field that `x` is, or an element of one, as `struct tag.field`; null for anything else. */
  private fieldName(x: Expr): string | null {
    if (x.k === 'index') return this.fieldName(x.obj);
    if (x.k !== 'member') return null;
    const owner = ownerOfMember(x.obj, x.field, this.locals, this.names);
    return owner === null ? null : `${owner}.${x.field}`;
  }
}
