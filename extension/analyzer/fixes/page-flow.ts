/** Walks the statements of one function for its pages; what expressions do is the business of `page-expressions.ts`. */
import type { Declarator, Expr, Stmt } from '../syntax/ast.ts';
import { visitExpression } from '../syntax/walk.ts';
import { resolved, typeOf } from '../model/names/types.ts';
import { PageExpressions } from './page-expressions.ts';
import type { PageHolder } from './page-world.ts';

export class PageFlow extends PageExpressions {
  run(): void {
    if (this.fn === null) return;
    for (const p of this.fn.item.params) this.declare(p, 'parameter');
    this.block(this.fn.item.body);
  }

  /** A file-scope variable's initialiser. */
  runGlobal(d: Declarator): void {
    if (d.init === null) return;
    const holder = this.world.global(this.unit, d.name);
    this.initial(d, holder);
  }

  private declare(d: Declarator, kind: 'parameter' | 'local'): PageHolder | null {
    const holder = this.world.holder(this.unit, this.file, this.base, d, {
      kind,
      owner: this.fn?.item.name ?? '',
      fn: this.fn,
      prototype: false,
    });
    const type = resolved(typeOf(d.type), this.unit.symbols);
    this.scopes[this.scopes.length - 1]?.set(d.name, { type, holder });
    return holder;
  }

  private initial(d: Declarator, holder: PageHolder | null): void {
    const { init } = d;
    if (init === null) return;
    if (init.k === 'init') {
      if (holder !== null) this.items(init, { slot: holder.slot, depth: holder.depth - 1 });
      else this.initializer(init, resolved(typeOf(d.type), this.unit.symbols).base);
    } else if (holder !== null) this.into(holder, this.value(init), init);
    else this.use(init);
  }

  override statement(s: Stmt): void {
    switch (s.k) {
      case 'decl':
        if (s.typedef) return;
        for (const d of s.vars) {
          if (d.params !== null && !d.type.fn) continue;
          this.initial(d, this.declare(d, 'local'));
        }
        return;
      case 'expr':
        this.value(s.x);
        return;
      case 'if':
        this.truth(s.c);
        this.statement(s.then);
        if (s.otherwise !== null) this.statement(s.otherwise);
        return;
      case 'while':
        if (s.macro === null) this.truth(s.c);
        else this.pinAll(s.c, `${s.macro}() is a loop macro that assigns to it`);
        this.statement(s.body);
        return;
      case 'do':
        this.statement(s.body);
        this.truth(s.c);
        return;
      case 'for':
        this.scopes.push(new Map());
        if (s.init !== null) this.statement(s.init);
        if (s.c !== null) this.truth(s.c);
        if (s.step !== null) this.value(s.step);
        this.statement(s.body);
        this.scopes.pop();
        return;
      case 'switch':
        this.use(s.c);
        this.statement(s.body);
        return;
      case 'case':
        for (const inner of s.body) this.statement(inner);
        return;
      case 'return':
        if (s.x === null) return;
        if (this.result !== null) this.into(this.result, this.value(s.x), s.x);
        else this.use(s.x);
        return;
      case 'label':
        if (s.body !== null) this.statement(s.body);
        return;
      case 'block':
        this.block(s.body);
        return;
      case 'broken':
        for (const inner of s.body) this.statement(inner);
        return;
      case 'alternatives':
        for (const arm of s.arms) for (const inner of arm) this.statement(inner);
        return;
      case 'goto':
      case 'break':
      case 'continue':
        return;
    }
  }

  private pinAll(x: Expr, reason: string): void {
    visitExpression(x, (inner) => {
      if (inner.k !== 'id' && inner.k !== 'member') return;
      const v = this.value(inner);
      if (v.k === 'page') this.pin(v.slot, inner, reason, 'used by a macro');
    });
  }
}
