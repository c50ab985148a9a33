/**
 * The C that the analyser works on: small plain objects, one kind of node each, with offsets relative to the
 * top-level item they belong to. Relative offsets let an unchanged function keep its tree while text moves above it.
 */

/** Half-open span relative to the start of the top-level item. */
export interface Span {
  readonly s: number;
  readonly e: number;
}

export interface IdExpr extends Span {
  readonly k: 'id';
  readonly name: string;
}
export interface NumberExpr extends Span {
  readonly k: 'num';
  readonly text: string;
}
export interface StringExpr extends Span {
  readonly k: 'str';
  readonly text: string;
}
export interface CallExpr extends Span {
  readonly k: 'call';
  readonly fn: Expr;
  readonly args: readonly Expr[];
}
export interface MemberExpr extends Span {
  readonly k: 'member';
  readonly obj: Expr;
  readonly field: string;
  readonly fieldAt: Span;
  readonly arrow: boolean;
}
export interface IndexExpr extends Span {
  readonly k: 'index';
  readonly obj: Expr;
  readonly index: Expr;
}
export interface DerefExpr extends Span {
  readonly k: 'deref';
  readonly x: Expr;
}
export interface AddressExpr extends Span {
  readonly k: 'addr';
  readonly x: Expr;
}
export interface UnaryExpr extends Span {
  readonly k: 'unary';
  readonly op: string;
  readonly x: Expr;
}
export interface BinaryExpr extends Span {
  readonly k: 'binary';
  readonly op: string;
  readonly l: Expr;
  readonly r: Expr;
}
export interface AssignExpr extends Span {
  readonly k: 'assign';
  /** `=`, `+=`, `|=`, … */
  readonly op: string;
  readonly l: Expr;
  readonly r: Expr;
}
export interface ConditionalExpr extends Span {
  readonly k: 'cond';
  readonly c: Expr;
  /** Null in GNU `a ?: b`. */
  readonly a: Expr | null;
  readonly b: Expr;
}
export interface CastExpr extends Span {
  readonly k: 'cast';
  readonly type: TypeName;
  readonly x: Expr;
}
export interface InitializerExpr extends Span {
  readonly k: 'init';
  /** The type, if this is a compound literal. */
  readonly type: TypeName | null;
  readonly items: readonly InitializerItem[];
}
export interface InitializerItem extends Span {
  /** Field names of the designator, outermost first; empty if positional or by index. */
  readonly path: readonly string[];
  readonly value: Expr;
}
export interface CommaExpr extends Span {
  readonly k: 'comma';
  readonly l: Expr;
  readonly r: Expr;
}
/** What only types decide: `sizeof`, `offsetof`, and a type as an argument of a macro. */
export interface SizeofExpr extends Span {
  readonly k: 'sizeof';
  /** The type that is an argument; null for operators. */
  readonly type: TypeName | null;
}
export interface StatementExpr extends Span {
  readonly k: 'stmtexpr';
  readonly body: readonly Stmt[];
}
/** What the parser could not read; the readable parts are kept. */
export interface UnknownExpr extends Span {
  readonly k: 'unknown';
  readonly parts: readonly Expr[];
}

export type Expr =
  | IdExpr
  | NumberExpr
  | StringExpr
  | CallExpr
  | MemberExpr
  | IndexExpr
  | DerefExpr
  | AddressExpr
  | UnaryExpr
  | BinaryExpr
  | AssignExpr
  | ConditionalExpr
  | CastExpr
  | InitializerExpr
  | CommaExpr
  | SizeofExpr
  | StatementExpr
  | UnknownExpr;

/** A type as written: base, pointer depth, array depth. */
export interface TypeName extends Span {
  /** `struct page`, `u32`, `netmem_ref`; the tag of an anonymous structure is made up from its place. */
  readonly base: string;
  readonly stars: number;
  readonly dims: number;
  /** True for pointers to functions. */
  readonly fn: boolean;
}

/** One declared name: variable, parameter, field, typedef name or function prototype. */
export interface Declarator extends Span {
  readonly name: string;
  readonly nameAt: Span;
  readonly type: TypeName;
  /** Span of the type specifier (`struct page` without stars), for edits. */
  readonly baseAt: Span;
  readonly init: Expr | null;
  /** Parameters if this declares a function. */
  readonly params: readonly Declarator[] | null;
}

export interface StructDefinition extends Span {
  /** `struct foo`, `union bar`, or a made-up tag for anonymous ones. */
  readonly tag: string;
  readonly anonymous: boolean;
  readonly fields: readonly Declarator[];
  /** Anonymous members: their fields are reached through this structure. */
  readonly embedded: readonly string[];
  /** Structures defined inside this one. */
  readonly inner: readonly StructDefinition[];
}

export interface EnumConstant extends Span {
  readonly name: string;
  readonly value: Expr | null;
}

export interface DeclStmt extends Span {
  readonly k: 'decl';
  readonly vars: readonly Declarator[];
  readonly structs: readonly StructDefinition[];
  readonly enumerators: readonly EnumConstant[];
  readonly typedef: boolean;
  readonly isStatic: boolean;
  /** Spans of ERROR nodes inside, if it is a top-level item; those of a local one are the function's. */
  readonly errors?: readonly Span[];
}
export interface ExprStmt extends Span {
  readonly k: 'expr';
  readonly x: Expr;
}
export interface IfStmt extends Span {
  readonly k: 'if';
  readonly c: Expr;
  readonly then: Stmt;
  readonly otherwise: Stmt | null;
}
export interface WhileStmt extends Span {
  readonly k: 'while';
  readonly c: Expr;
  readonly body: Stmt;
  /** Name of the loop macro in the original text, or null for a plain `while`. */
  readonly macro: string | null;
}
export interface DoStmt extends Span {
  readonly k: 'do';
  readonly c: Expr;
  readonly body: Stmt;
}
export interface ForStmt extends Span {
  readonly k: 'for';
  readonly init: Stmt | null;
  readonly c: Expr | null;
  readonly step: Expr | null;
  readonly body: Stmt;
}
export interface SwitchStmt extends Span {
  readonly k: 'switch';
  readonly c: Expr;
  readonly body: Stmt;
}
export interface CaseStmt extends Span {
  readonly k: 'case';
  /** Null for `default`. */
  readonly value: Expr | null;
  readonly body: readonly Stmt[];
}
export interface ReturnStmt extends Span {
  readonly k: 'return';
  readonly x: Expr | null;
}
export interface GotoStmt extends Span {
  readonly k: 'goto';
  readonly label: string;
}
export interface LabelStmt extends Span {
  readonly k: 'label';
  readonly label: string;
  readonly body: Stmt | null;
}
export interface JumpStmt extends Span {
  readonly k: 'break' | 'continue';
}
export interface BlockStmt extends Span {
  readonly k: 'block';
  readonly body: readonly Stmt[];
}
/** Preprocessor alternatives: any one of them is compiled. */
export interface AlternativesStmt extends Span {
  readonly k: 'alternatives';
  readonly arms: readonly (readonly Stmt[])[];
}
/** What the parser could not read; readable statements inside are kept. */
export interface BrokenStmt extends Span {
  readonly k: 'broken';
  readonly body: readonly Stmt[];
}

export type Stmt =
  | DeclStmt
  | ExprStmt
  | IfStmt
  | WhileStmt
  | DoStmt
  | ForStmt
  | SwitchStmt
  | CaseStmt
  | ReturnStmt
  | GotoStmt
  | LabelStmt
  | JumpStmt
  | BlockStmt
  | AlternativesStmt
  | BrokenStmt;

export interface FunctionItem extends Span {
  readonly k: 'function';
  readonly name: string;
  readonly nameAt: Span;
  readonly returns: TypeName;
  readonly returnBaseAt: Span;
  readonly params: readonly Declarator[];
  readonly body: readonly Stmt[];
  readonly bodyAt: Span;
  readonly isStatic: boolean;
  /** Spans of ERROR nodes inside. */
  readonly errors: readonly Span[];
  /** Bodies of the macros that may have been expanded in it: words that its own text does not have. */
  readonly brought?: string;
}
export interface DefineItem extends Span {
  readonly k: 'define';
  readonly name: string;
  /** Null for object-like macros. */
  readonly params: readonly string[] | null;
  readonly body: string;
  readonly bodyAt: Span;
}
export interface IncludeItem extends Span {
  readonly k: 'include';
  readonly path: string;
  /** `#include <…>` as opposed to `"…"`. */
  readonly system: boolean;
}
export interface OtherItem extends Span {
  readonly k: 'other';
  readonly errors: readonly Span[];
  /** Why it was not read, if not because the parser could not. */
  readonly reason?: string;
}

export type Item = FunctionItem | DeclStmt | DefineItem | IncludeItem | OtherItem;
