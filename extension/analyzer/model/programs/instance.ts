/** A function of the driver as it is inlined at one place: what is known of its arguments and of its locals. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { ConditionContext } from '../guards/condition-context.ts';
import type { FunctionView } from './driver-index.ts';
import type { FunctionSurvey } from './survey.ts';
import type { Origin } from './values.ts';

export interface Instance {
  readonly view: FunctionView;
  readonly survey: FunctionSurvey;
  /** Parameters with the constant that the caller passes and the function never changes. */
  readonly constants: ReadonlyMap<string, number>;
  /** Classes that the call is about; decides where a helper serves several. Null at the entry. */
  readonly context: ReadonlySet<number> | null;
  /** The function in whose words its conditions are: parameters stand for what the caller passes. */
  readonly words: ConditionContext;
  /** Names that hold the NAPI budget. */
  readonly budget: Set<string>;
  /** Where the values of buffer pointers come from, by the text of the pointer. */
  origins: Map<string, Origin>;
  /** Parameters that hold functions of the driver: `rx_fn` in `foo_clean(ring, budget, foo_rx_skb)`. */
  readonly functions: ReadonlyMap<string, FunctionRef>;
  readonly labels: Map<string, number>;
  /** Labels written so far, with the loop around them. */
  readonly passed: Map<string, SourceRange | null>;
  /** Where `break` and `continue` go: a loop, or the end of a switch. */
  readonly breaks: BreakTarget[];
}

/** `label`: number of the label after a switch; null for loops. */
export interface BreakTarget {
  readonly label: number | null;
}

/** Text that names a value within a function: `buf->page`. Null for what has no such name. */
export function nameOfValue(x: Expr): string | null {
  switch (x.k) {
    case 'id':
      return x.name;
    case 'member': {
      const obj = nameOfValue(x.obj);
      return obj === null ? null : `${obj}.${x.field}`;
    }
    case 'index': {
      const obj = nameOfValue(x.obj);
      const index = nameOfValue(x.index);
      return obj === null ? null : `${obj}[${index ?? ''}]`;
    }
    case 'deref':
    case 'addr':
    case 'cast':
      return nameOfValue(x.x);
    default:
      return null;
  }
}
