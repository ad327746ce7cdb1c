import { type Diagnostic, inOrder, placeFinding } from '../../recipe/check.ts';
import { fieldsOfSchema, type KnownFields } from '../../recipe/fields.ts';
import { describeValue, type Finding, finding } from '../../recipe/finding.ts';
import { explainIssue } from '../../recipe/issues.ts';
import { nearest } from '../../recipe/nearest.ts';
import { readYaml } from '../../recipe/yamlTree.ts';
import { cellKinds, type CellKind } from '../../protocol/notebook.ts';
import { cellFindings } from './rules.ts';
import { cellJsonSchema, type CellRequest, cellSchemas } from './schema.ts';

/** A cell's text read as far as it goes: what it asks for where there is no problem, and the problems in order of place. */
export interface CheckedCell {
  readonly request: CellRequest | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** A finding as a diagnostic of this text. */
  readonly diagnose: (finding: Finding) => Diagnostic;
}

let known: KnownFields | undefined;

/** The fields that cells may have. */
function cellFields(): KnownFields {
  known ??= fieldsOfSchema(cellJsonSchema());
  return known;
}

/** Reads the text of an `sft-cell`. Looks at no file. Never throws. */
export function checkCell(text: string): CheckedCell {
  const yaml = readYaml(text);
  const diagnose = (one: Finding): Diagnostic => placeFinding(one, yaml.locate(one.path, one.at), yaml);
  if (yaml.findings.length > 0) {
    const diagnostics = yaml.findings.map(({ finding: one, span }) =>
      placeFinding(inOurWords(one), span, yaml),
    );
    return { request: undefined, diagnostics: inOrder(diagnostics), diagnose };
  }
  const { request, findings } = validate(yaml.value);
  return { request, diagnostics: inOrder(findings.map(diagnose)), diagnose };
}

/** What the reader of YAML says of recipes. */
function inOurWords(one: Finding): Finding {
  switch (one.code) {
    case 'recipe-empty':
      return finding('cell-empty', { kinds: cellKinds }, one.path);
    case 'recipe-alias':
      return finding('recipe-yaml', { reason: 'an alias (*name) is not allowed' }, one.path);
    case 'recipe-nesting':
      return finding('recipe-yaml', { reason: 'it is nested too deeply' }, one.path);
    case 'recipe-too-long':
      return finding('recipe-yaml', { reason: 'it is too long for a cell' }, one.path);
    default:
      return one;
  }
}

function validate(value: unknown): { request: CellRequest | undefined; findings: readonly Finding[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const details = { field: 'A cell', expected: 'a group of fields', found: describeValue(value) };
    return { request: undefined, findings: [finding('recipe-type', details, [])] };
  }
  const found = Object.keys(value);
  const kind = cellKinds.find((name) => name === found[0]);
  if (kind === undefined || found.length > 1) {
    const others = found.length > 1 ? found.slice(0, 5) : found;
    const near = found.length === 1 ? nearest(found[0], cellKinds) : undefined;
    const details = { found: others, kinds: cellKinds, ...(near === undefined ? {} : { near }) };
    return { request: undefined, findings: [finding('cell-kind', details, found.slice(-1), 'key')] };
  }
  const result = cellSchemas[kind].safeParse(Reflect.get(value, kind));
  if (!result.success) {
    const findings = result.error.issues.flatMap((issue) =>
      explainIssue({ ...issue, path: [kind, ...issue.path] }, value, cellFields()),
    );
    return { request: undefined, findings };
  }
  const request = requestOf(kind, result.data);
  const findings = cellFindings(request);
  return { request: findings.length === 0 ? request : undefined, findings };
}

/** The schema of a kind has checked the value. */
function requestOf(kind: CellKind, value: unknown): CellRequest {
  return { kind, value } as CellRequest;
}
