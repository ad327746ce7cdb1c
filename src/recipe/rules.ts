import { overlappingGroups, percentOf, percentPattern, rowsOf, rowsPattern } from './budget.ts';
import { type Finding, finding, pathText, type Path, valueAt } from './finding.ts';
import { metricsOfTask } from './taskMetrics.ts';
import { type Kind, taskTypes } from './types.ts';

const eachPhase = ['full', 'sparse'] as const;

/** Pairs of fields of which a recipe gives at most one. */
export const alternatives: readonly (readonly [Path, Path])[] = [
  ...eachPhase.flatMap((phase) =>
    ['epochs', 'minSteps', 'maxSteps'].map(
      (other) =>
        [
          [phase, 'steps'],
          [phase, other],
        ] as const,
    ),
  ),
  [
    ['select', 'k'],
    ['select', 'density'],
  ],
  [
    ['validate', 'everySteps'],
    ['validate', 'everyEpochs'],
  ],
  [
    ['data', 'validation'],
    ['data', 'validationShare'],
  ],
  [['sources'], ['data']],
];

/**
 * What a schema cannot say: fields that exclude one another or need one another. Takes whatever was written,
 * well-formed or not, so that these problems show beside the others.
 */
export function crossFieldFindings(value: unknown, kind: Kind): Finding[] {
  return [
    ...eachPhase.flatMap((phase) => stepsOrder(value, phase)),
    ...alternatives.flatMap(([one, other]) => eitherOr(value, one, other)),
    ...iterationsRule(value),
    ...budgetRules(value),
    ...fullPhaseRules(value),
    ...headsRule(value),
    ...freezeRules(value, kind),
    ...validationRules(value, kind),
    ...kindRules(value, kind),
    ...(kind === 'task' ? [...sourceRules(value), ...labelRules(value)] : []),
  ];
}

function labelRules(value: unknown): Finding[] {
  const labels = valueAt(value, ['task', 'labels']);
  if (!Array.isArray(labels)) return [];
  const seen = new Set<unknown>();
  const at = labels.findIndex((label) => seen.size === seen.add(label).size);
  return at < 0 ? [] : [finding('recipe-label-twice', { label: String(labels[at]) }, ['task', 'labels', at])];
}

function stepsOrder(value: unknown, phase: string): Finding[] {
  const minSteps = valueAt(value, [phase, 'minSteps']);
  const maxSteps = valueAt(value, [phase, 'maxSteps']);
  if (typeof minSteps !== 'number' || typeof maxSteps !== 'number' || minSteps <= maxSteps) return [];
  return [finding('recipe-steps-order', { phase, minSteps, maxSteps }, [phase, 'minSteps'], 'key')];
}

function eitherOr(value: unknown, one: Path, other: Path): Finding[] {
  if (valueAt(value, one) === undefined || valueAt(value, other) === undefined) return [];
  return [finding('recipe-either-or', { field: pathText(other), other: pathText(one) }, other, 'key')];
}

function iterationsRule(value: unknown): Finding[] {
  const k = valueAt(value, ['select', 'k']);
  const iterations = valueAt(value, ['select', 'iterations']);
  if (typeof k !== 'number' || typeof iterations !== 'number' || iterations <= k) return [];
  return [finding('recipe-iterations', { iterations, k }, ['select', 'iterations'])];
}

/** What of a budget is wrong on any base. */
function budgetRules(value: unknown): Finding[] {
  const path: Path = ['select', 'budget'];
  const budget = valueAt(value, path);
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) return [];
  const names = Object.keys(budget).filter((name) => rowsPattern.test(name));
  const empty = names.filter((name) => rowsOf(name).length === 0);
  const backwards = empty.map((group) => finding('recipe-budget-range', { group }, [...path, group], 'key'));
  const twice = overlappingGroups(names);
  if (twice !== undefined) {
    const [other, group] = twice.names;
    backwards.push(finding('recipe-budget-twice', { row: twice.row, other, group }, [...path, group], 'key'));
  }
  const within = valueAt(value, ['select', 'within']);
  const allowed = Array.isArray(within)
    ? new Set(within.flatMap((name) => (typeof name === 'string' ? rowsOf(name) : [])))
    : undefined;
  const outside = names.filter(
    (name) => allowed !== undefined && rowsOf(name).some((row) => !allowed.has(row)),
  );
  const written = Object.entries(budget).flatMap(([name, amount]): [string, number | string][] =>
    typeof amount === 'number' || (typeof amount === 'string' && percentPattern.test(amount))
      ? [[name, amount]]
      : [],
  );
  const percent = percentOf(Object.fromEntries(written));
  return [
    ...backwards,
    ...outside.map((group) => finding('recipe-budget-outside', { group }, [...path, group], 'key')),
    ...(percent > 100 ? [finding('recipe-budget-percent', { percent }, path, 'key')] : []),
  ];
}

/** What a full phase learns is kept, and taken, where there is one iteration. */
function fullPhaseRules(value: unknown): Finding[] {
  const iterations = valueAt(value, ['select', 'iterations']);
  const method = valueAt(value, ['method']);
  const by = valueAt(value, ['select', 'by']);
  const fields: readonly Path[] = [['full', 'from'], ['keepFullPhase'], ['full', 'settle']];
  return fields.flatMap((path) => {
    const given = valueAt(value, path);
    if (given === undefined || given === false) return [];
    const field = pathText(path);
    // There is nothing to keep: such a mask needs no full phase.
    if (field === 'keepFullPhase' && by === 'random')
      return [finding('recipe-no-full-phase', { field, by }, path, 'key')];
    if (field !== 'full.settle' && typeof iterations === 'number' && iterations > 1) {
      return [finding('recipe-one-iteration', { field }, path, 'key')];
    }
    const other = method === 'full' || method === 'head';
    return other ? [finding('recipe-no-mask', { field, method }, path, 'key')] : [];
  });
}

function headsRule(value: unknown): Finding[] {
  const apply = valueAt(value, ['apply']);
  if (!Array.isArray(apply)) return [];
  const heads = apply.flatMap((_, i) => (valueAt(apply, [i, 'head']) === true ? [i] : []));
  return heads.slice(1).map((i) => finding('recipe-two-heads', undefined, ['apply', i, 'head'], 'key'));
}

function freezeRules(value: unknown, kind: Kind): Finding[] {
  const freeze = valueAt(value, ['freeze']);
  if (!Array.isArray(freeze)) return [];
  const findings: Finding[] = [];
  const decoder = freeze.indexOf('decoder');
  const head = freeze.indexOf('head');
  if (kind === 'task' && decoder >= 0) {
    findings.push(onlyFor('language', 'freeze: decoder', ['freeze', decoder], kind));
  }
  if (valueAt(value, ['method']) === 'head' && head >= 0) {
    findings.push(finding('recipe-nothing-trains', undefined, ['freeze', head]));
  }
  if (valueAt(value, ['mlm', 'untie']) === false && Math.max(decoder, head) >= 0) {
    findings.push(finding('recipe-tied-decoder', undefined, ['mlm', 'untie'], 'key'));
  }
  return findings;
}

function validationRules(value: unknown, kind: Kind): Finding[] {
  if (valueAt(value, ['validate']) === undefined || valueAt(value, ['data', 'validation']) !== undefined)
    return [];
  const sources = valueAt(value, ['sources']);
  if (Array.isArray(sources)) {
    if (sources.some((_, i) => valueAt(sources, [i, 'validation']) !== undefined)) return [];
    const data = 'validation of a source';
    return [finding('recipe-no-validation', { field: 'validate', data }, ['validate'], 'key')];
  }
  if (kind === 'language' && valueAt(value, ['data', 'validationShare']) !== 0) return [];
  const data = kind === 'task' ? 'data.validation' : 'data.validation or a data.validationShare above 0';
  return [finding('recipe-no-validation', { field: 'validate', data }, ['validate'], 'key')];
}

function kindRules(value: unknown, kind: Kind): Finding[] {
  const metric = valueAt(value, ['validate', 'metric']);
  const findings: Finding[] = [];
  if (kind === 'task') {
    if (metric === 'loss') {
      findings.push(onlyFor('language', `validate.metric: ${metric}`, ['validate', 'metric'], kind));
    } else findings.push(...metricOfTask(value, metric));
    return findings;
  }
  if (typeof metric === 'string' && metric !== 'loss') {
    findings.push(onlyFor('task', `validate.metric: ${metric}`, ['validate', 'metric'], kind));
  }
  if (valueAt(value, ['method']) === 'head') findings.push(onlyFor('task', 'method: head', ['method'], kind));
  return findings;
}

/** A recipe of a task has data or sources; sources have names of their own and no heads. */
function sourceRules(value: unknown): Finding[] {
  const sources = valueAt(value, ['sources']);
  if (sources === undefined) {
    if (valueAt(value, ['data']) !== undefined) return [];
    const details = { field: 'data', within: 'The recipe', expected: 'a group of fields' };
    return [{ ...finding('recipe-missing', details, [], 'key'), meant: 'data' }];
  }
  if (!Array.isArray(sources)) return [];
  const names = sources.map((_, i) => valueAt(sources, [i, 'name']));
  const twice = names.flatMap((name, i) =>
    typeof name === 'string' && names.indexOf(name) < i
      ? [finding('recipe-source-twice', { name }, ['sources', i, 'name'])]
      : [],
  );
  const heads = sources.flatMap((_, i) => {
    const apply = valueAt(sources, [i, 'apply']);
    if (!Array.isArray(apply)) return [];
    return apply.flatMap((__, n) =>
      valueAt(apply, [n, 'head']) === true
        ? [finding('recipe-source-head', undefined, ['sources', i, 'apply', n, 'head'], 'key')]
        : [],
    );
  });
  return [...twice, ...heads];
}

function metricOfTask(value: unknown, metric: unknown): Finding[] {
  if (typeof metric !== 'string') return [];
  const written = valueAt(value, ['task', 'type']) ?? 'tagging';
  const task = taskTypes.find((type) => type === written);
  if (task === undefined) return [];
  const tags = { column: valueAt(value, ['task', 'column']), labels: valueAt(value, ['task', 'labels']) };
  const choices = metricsOfTask(task, tags);
  if (choices.some((known) => known === metric)) return [];
  const isAboutTags = task === 'tagging' && metric === 'f1Strict';
  return [
    isAboutTags
      ? finding('recipe-metric-spans', { metric }, ['validate', 'metric'])
      : finding('recipe-task-metric', { metric, task, choices }, ['validate', 'metric']),
  ];
}

function onlyFor(kind: Kind, field: string, path: Path, here: Kind): Finding {
  return finding('recipe-other-kind', { field, kind, here }, path);
}
