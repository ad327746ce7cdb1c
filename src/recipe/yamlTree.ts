import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml';
import { type Finding, finding, type Path } from './finding.ts';

/** Characters (and bytes) that a recipe may have; YAML parsers take more than linear time on hostile text. */
export const maxRecipeLength = 128 * 1024;
const maxNesting = 16;
/** Open tokens of the parser: a level of the text is up to three of them. */
const maxOpenTokens = 3 * maxNesting;
const maxSyntaxErrors = 20;

/** Offsets in the text, the second one after the end. */
type Span = readonly [number, number];

/** A finding of the syntax, whose place is not a path. */
interface SyntaxFinding {
  readonly finding: Finding;
  readonly span: Span;
}

/** A YAML text as plain values, with the place of each. */
export interface YamlTree {
  /**
   * Objects, lists and scalars; undefined where the text could not be read or is empty. Of a field that is given twice
   * it is the first: what else is wrong can then be told together with that.
   */
  readonly value: unknown;
  /** What is wrong with the text, also where it could be read. */
  readonly findings: readonly SyntaxFinding[];
  /** Where the value at a path stands, or its key; of the nearest one above it if there is none. */
  readonly locate: (path: Path, at?: 'key' | 'value') => Span;
  /** Line and column, from 1, of an offset. */
  readonly position: (offset: number) => { line: number; column: number };
}

/**
 * Reads YAML into plain values. Built for hostile text: nesting is counted before anything recursive sees the text,
 * aliases are refused, keys are compared by a set, and the text must be short.
 * @param most characters that it may have
 */
export function readYaml(text: string, most = maxRecipeLength): YamlTree {
  const lines = new LineCounter();
  const spans = new Map<string, { key: Span; value: Span }>();
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const locate = (path: Path, at: 'key' | 'value' = 'value'): Span => {
    for (let n = path.length; n > 0; n--) {
      const found = spans.get(address(path.slice(0, n)));
      if (found !== undefined) return n === path.length ? found[at] : found.key;
    }
    return [0, 0];
  };
  lines.addNewLine(0);
  const tree = (value: unknown, findings: readonly SyntaxFinding[]): YamlTree => ({
    value,
    findings,
    locate,
    position,
  });

  if (text.length > most) {
    return tree(undefined, [at('recipe-too-long', { bytes: text.length, limit: most }, [0, 0])]);
  }
  const composed = compose(text, lines);
  if (Array.isArray(composed)) return tree(undefined, composed);
  if (composed.contents === null) return tree(undefined, [at('recipe-empty', undefined, [0, 0])]);
  const findings: SyntaxFinding[] = [];
  const value = plain(composed.contents, [], { spans, findings, position });
  const isReadable = findings.every(({ finding: { code } }) => code === 'recipe-duplicate-key');
  return tree(isReadable ? value : undefined, findings);
}

/** The one document of a text, or what is wrong with its syntax. */
function compose(text: string, lines: LineCounter): Document.Parsed | SyntaxFinding[] {
  const parser = new Parser((offset) => {
    if (offset > 0) lines.addNewLine(offset);
  });
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  const tokens: CST.Token[] = [];
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors++;
    }
    if (parser.stack.length > maxOpenTokens) {
      return [at('recipe-nesting', { limit: maxNesting }, [parser.offset, parser.offset])];
    }
    if (errors > maxSyntaxErrors) break;
  }
  tokens.push(...parser.end());
  const documents = [];
  for (const document of composer.compose(tokens, true, text.length)) {
    documents.push(document);
    if (documents.length > 1) break;
  }
  const [first, second] = documents;
  const problems = [...first.errors, ...first.warnings]
    .slice(0, maxSyntaxErrors)
    .map((error) => at('recipe-yaml', { reason: sentence(error.message) }, error.pos));
  if (second !== undefined) {
    problems.push(
      at('recipe-yaml', { reason: 'a recipe is one document, and here a second one starts' }, [
        second.range[0],
        second.range[0],
      ]),
    );
  }
  return problems.length > 0 ? problems : first;
}

interface Collector {
  readonly spans: Map<string, { key: Span; value: Span }>;
  readonly findings: SyntaxFinding[];
  readonly position: (offset: number) => { line: number };
}

function plain(node: ParsedNode | null, path: Path, to: Collector): unknown {
  if (node === null) return null;
  const span: Span = [node.range[0], node.range[1]];
  if (!to.spans.has(address(path))) to.spans.set(address(path), { key: span, value: span });
  if (path.length > maxNesting) {
    to.findings.push(at('recipe-nesting', { limit: maxNesting }, span));
    return null;
  }
  if (isAlias(node)) {
    to.findings.push(at('recipe-alias', undefined, span));
    return null;
  }
  if (isMap(node)) return plainMap(node, path, to);
  if (isSeq(node)) {
    return node.items.map((item, i) => (isPair(item) ? null : plain(item, [...path, i], to)));
  }
  const value: unknown = isScalar(node) ? node.value : null;
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
    to.findings.push(
      at('recipe-yaml', { reason: `a recipe has no values of the type ${node.tag ?? ''}` }, span),
    );
  }
  return value;
}

function plainMap(map: YAMLMap<ParsedNode, ParsedNode | null>, path: Path, to: Collector): unknown {
  const entries = new Map<string, unknown>();
  const seen = new Map<string, number>();
  for (const { key, value } of map.items) {
    const keySpan: Span = key?.range === undefined ? [0, 0] : [key.range[0], key.range[1]];
    if (!isScalar(key) || typeof key.value === 'object') {
      to.findings.push(at('recipe-yaml', { reason: 'the name of a field must be a plain word' }, keySpan));
      continue;
    }
    const name = `${key.value as string | number | boolean}`;
    const before = seen.get(name);
    if (before !== undefined) {
      to.findings.push(at('recipe-duplicate-key', { key: name, line: before }, keySpan));
      continue;
    }
    seen.set(name, to.position(keySpan[0]).line);
    const inner = [...path, name];
    const valueSpan: Span = value === null ? keySpan : [value.range[0], value.range[1]];
    to.spans.set(address(inner), {
      key: keySpan,
      value: valueSpan[0] === valueSpan[1] ? keySpan : valueSpan,
    });
    entries.set(name, plain(value, inner, to));
  }
  return Object.fromEntries(entries);
}

function address(path: Path): string {
  return path.join('\0');
}

function at<C extends Parameters<typeof finding>[0]>(
  code: C,
  details: Parameters<typeof finding<C>>[1],
  span: Span,
): SyntaxFinding {
  return { finding: finding(code, details, []), span };
}

/** A message of the YAML library as a part of a sentence. */
function sentence(message: string): string {
  const short = message.length > 160 ? `${message.slice(0, 157)}...` : message;
  return (short.charAt(0).toLowerCase() + short.slice(1)).replace(/[.:]$/, '').replaceAll(/\s+/g, ' ');
}
