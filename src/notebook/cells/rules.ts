import { type Finding, finding, type Path } from '../../recipe/finding.ts';
import { parseClaim } from './claim.ts';
import type { CellRequest, CellValue } from './schema.ts';

/** Settings that a sweep may have. */
const maxSettings = 900;

/** What a schema cannot say of a cell: names that belong together, lists of one length, fields that exclude one another. */
export function cellFindings(request: CellRequest): Finding[] {
  switch (request.kind) {
    case 'matrix':
      return matrixFindings(request.value);
    case 'evaluate':
      return entries(request.value.compositions, ['evaluate', 'compositions']);
    case 'compare':
      return [
        ...entries(request.value.systems, ['compare', 'systems']),
        ...lengths(
          Object.values(request.value.systems).flatMap((system) =>
            typeof system === 'object' && 'seeds' in system ? [system.seeds.length] : [],
          ),
          ['compare', 'systems'],
        ),
      ];
    case 'sweep':
      return sweepFindings(request.value);
    case 'attribute':
      return request.value.by === undefined || request.value.keep === undefined
        ? []
        : [
            finding(
              'recipe-either-or',
              { field: 'attribute.keep', other: 'attribute.by' },
              ['attribute', 'keep'],
              'key',
            ),
          ];
    case 'expect':
      return [request.value].flat().flatMap((claim, i) => {
        const path: Path = typeof request.value === 'string' ? ['expect'] : ['expect', i];
        return parseClaim(claim) === undefined ? [finding('cell-claim', { claim }, path)] : [];
      });
    default:
      return [];
  }
}

function entries(record: object, path: Path): Finding[] {
  return Object.keys(record).length > 0
    ? []
    : [finding('cell-no-entries', { field: path.join('.') }, path, 'key')];
}

function matrixFindings({ tasks, languages, tests }: CellValue<'matrix'>): Finding[] {
  const names = tests.flatMap(({ language, task }, i) => [
    ...known(languages, language, 'language', ['matrix', 'tests', i, 'language']),
    ...(task === undefined
      ? Object.keys(tasks).length === 1
        ? []
        : [
            finding(
              'recipe-missing',
              { field: 'task', within: `matrix.tests[${i}]`, expected: 'the name of a task' },
              ['matrix', 'tests', i],
              'key',
            ),
          ]
      : known(tasks, task, 'task', ['matrix', 'tests', i, 'task'])),
  ]);
  const several = [...Object.values(tasks), ...Object.values(languages)].flatMap((one) =>
    typeof one === 'string' ? [] : [one.length],
  );
  return [...names, ...lengths(several, ['matrix', 'tasks'])];
}

function known(all: object, found: string, field: string, path: Path): Finding[] {
  return Object.hasOwn(all, found)
    ? []
    : [finding('cell-name', { field, found, known: Object.keys(all) }, path)];
}

/** Lists of seeds are of one length, single models aside. */
function lengths(found: readonly number[], path: Path): Finding[] {
  const different = [...new Set(found.filter((length) => length > 1))];
  return different.length > 1 ? [finding('cell-seeds', { found: different }, path, 'key')] : [];
}

function sweepFindings({ sfts, over }: CellValue<'sweep'>): Finding[] {
  const settings = over.reduce((product, axis) => product * axisValues(axis).length, 1);
  return [
    ...over.flatMap(({ sft, values, from, to, steps }, i) => [
      ...(sft > sfts.length
        ? [
            finding(
              'cell-name',
              { field: 'sft', found: String(sft), known: sfts.map((_, n) => String(n + 1)) },
              ['sweep', 'over', i, 'sft'],
            ),
          ]
        : []),
      ...(over.slice(0, i).some((other) => other.sft === sft)
        ? [finding('cell-sweep-again', { sft }, ['sweep', 'over', i, 'sft'])]
        : []),
      ...(values !== undefined && [from, to, steps].some((one) => one !== undefined)
        ? [
            finding(
              'recipe-either-or',
              { field: 'values', other: 'from, to and steps' },
              ['sweep', 'over', i, 'values'],
              'key',
            ),
          ]
        : []),
    ]),
    ...(settings > maxSettings
      ? [finding('cell-sweep-size', { settings, limit: maxSettings }, ['sweep', 'over'], 'key')]
      : []),
  ];
}

/** The coefficients of an axis of a sweep. */
export function axisValues({
  values,
  from = 0,
  to = 1.5,
  steps = 7,
}: CellValue<'sweep'>['over'][number]): readonly number[] {
  return (
    values ??
    Array.from({ length: steps }, (_, i) => Number((from + ((to - from) * i) / (steps - 1)).toPrecision(12)))
  );
}
