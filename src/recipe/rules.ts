import { type Finding, finding, pathText, type Path, valueAt } from './finding.ts';
import type { Kind } from './types.ts';

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
    ...headsRule(value),
    ...freezeRules(value, kind),
    ...validationRules(value, kind),
    ...kindRules(value, kind),
  ];
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
    }
    return findings;
  }
  if (metric === 'accuracy' || metric === 'f1') {
    findings.push(onlyFor('task', `validate.metric: ${metric}`, ['validate', 'metric'], kind));
  }
  if (valueAt(value, ['method']) === 'head') findings.push(onlyFor('task', 'method: head', ['method'], kind));
  return findings;
}

function onlyFor(kind: Kind, field: string, path: Path, here: Kind): Finding {
  return finding('recipe-other-kind', { field, kind, here }, path);
}
