/** Reading of constant expressions of the driver: macros, enumerators, plain arithmetic. */
import type { Expr } from '../../syntax/ast.ts';
import type { DriverSymbols } from './symbols.ts';

/** Value of an integer constant expression, or null if the sources do not give one. */
export function integerValue(x: Expr, symbols: DriverSymbols, depth = 0): number | null {
  if (depth > 8) return null;
  switch (x.k) {
    case 'num': {
      const text = x.text.replace(/[uUlL]+$/, '');
      if (text.startsWith("'")) return null;
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : null;
    }
    case 'id': {
      const macro = symbols.macros.get(x.name);
      if (macro?.item.params === null) return integerText(macro.item.body);
      const constant = symbols.enumerators.get(x.name);
      return constant?.item.value == null ? null : integerValue(constant.item.value, symbols, depth + 1);
    }
    case 'binary': {
      const l = integerValue(x.l, symbols, depth + 1);
      const r = integerValue(x.r, symbols, depth + 1);
      if (l === null || r === null) return null;
      switch (x.op) {
        case '+':
          return l + r;
        case '-':
          return l - r;
        case '*':
          return l * r;
        case '<<':
          return l * 2 ** r;
        case '|':
          return Number(BigInt(l) | BigInt(r));
        default:
          return null;
      }
    }
    case 'cast':
      return integerValue(x.x, symbols, depth + 1);
    default:
      return null;
  }
}

function integerText(body: string): number | null {
  const text = body
    .trim()
    .replace(/^\(+|\)+$/g, '')
    .replace(/[uUlL]+$/, '');
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) ? value : null;
}

/** All identifiers that an expression comes to once the driver's object-like macros are opened. */
export function identifiersIn(text: string, symbols: DriverSymbols, depth = 0): Set<string> {
  const out = new Set<string>();
  for (const m of text.matchAll(/[A-Za-z_]\w*/g)) {
    const macro = symbols.macros.get(m[0]);
    if (macro?.item.params === null && depth < 4)
      for (const inner of identifiersIn(macro.item.body, symbols, depth + 1)) out.add(inner);
    else out.add(m[0]);
  }
  return out;
}
