/** JSON schema from TypeScript declarations, so that a documented format cannot differ from the types it is written by. */
import ts from 'typescript';

export interface JsonSchema {
  readonly [key: string]: unknown;
}

/** Schema of the exported type `name` of `file`; named object types become definitions. Throws on what JSON lacks. */
export function schemaOf(file: string, name: string, about: JsonSchema): JsonSchema {
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const source = program.getSourceFile(file);
  const checker = program.getTypeChecker();
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const symbol = module === undefined ? undefined : checker.tryGetMemberInModuleExports(name, module);
  if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
  const writer = new SchemaWriter(checker);
  const root = writer.schema(checker.getDeclaredTypeOfSymbol(symbol));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...about,
    ...root,
    definitions: writer.definitions(),
  };
}

class SchemaWriter {
  private readonly checker: ts.TypeChecker;
  private readonly named = new Map<string, JsonSchema>();

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  definitions(): JsonSchema {
    return Object.fromEntries([...this.named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  schema(type: ts.Type): JsonSchema {
    const name = type.aliasSymbol?.name ?? (type.isClassOrInterface() ? type.symbol.name : undefined);
    const generic = (type.aliasTypeArguments?.length ?? 0) > 0 || isReference(type);
    if (name === undefined || generic || this.checker.isArrayType(type)) return this.inline(type);
    if (!this.named.has(name)) {
      this.named.set(name, {});
      this.named.set(name, {
        ...described(type.aliasSymbol ?? type.symbol, this.checker),
        ...this.inline(type),
      });
    }
    return { $ref: `#/definitions/${name}` };
  }

  private inline(type: ts.Type): JsonSchema {
    const { checker } = this;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
    if (type.flags & ts.TypeFlags.String) return { type: 'string' };
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
    if (type.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.union(type);
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: element === undefined ? {} : this.schema(element) };
    }
    if (type.flags & ts.TypeFlags.Object) return this.object(type);
    throw new Error(`JSON has no ${checker.typeToString(type)}`);
  }

  private union(type: ts.UnionType): JsonSchema {
    const literals = type.types.filter((t) => t.isStringLiteral() || t.isNumberLiteral());
    const values = literals.map((t) => t.value).sort();
    const others = type.types.filter((t) => !t.isStringLiteral() && !t.isNumberLiteral());
    const booleans = others.filter((t) => t.flags & ts.TypeFlags.BooleanLiteral);
    const rest = booleans.length === 2 ? others.filter((t) => !booleans.includes(t)) : others;
    const parts = [
      ...(values.length === 0 ? [] : [values.length === 1 ? { const: values[0] } : { enum: values }]),
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : []),
      ...rest.map((t) => this.schema(t)),
    ];
    return parts.length === 1 ? (parts[0] ?? {}) : { anyOf: parts };
  }

  private object(type: ts.Type): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const property of type.getProperties()) {
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const declared = this.checker.getTypeOfSymbol(property);
      const own = optional ? this.checker.getNonNullableType(declared) : declared;
      const schema = this.schema(optional && !isNullable(declared) ? own : declared);
      properties[property.name] = { ...described(property, this.checker), ...schema };
      if (!optional) required.push(property.name);
    }
    return { type: 'object', properties, required, additionalProperties: false };
  }
}

function isReference(type: ts.Type): boolean {
  const flags = type.flags & ts.TypeFlags.Object ? (type as ts.ObjectType).objectFlags : 0;
  return (
    (flags & ts.ObjectFlags.Reference) !== 0 && ((type as ts.TypeReference).typeArguments?.length ?? 0) > 0
  );
}

function isNullable(type: ts.Type): boolean {
  return type.isUnion() && type.types.some((t) => t.flags & ts.TypeFlags.Null);
}

/** The doc comment of a declaration. A reference takes no neighbours in draft 7, so that only others carry one. */
function described(symbol: ts.Symbol, checker: ts.TypeChecker): JsonSchema {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
  return text === '' ? {} : { description: text };
}
