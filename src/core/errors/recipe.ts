import type { Problem } from './problem.ts';

export const recipeErrors = {
  'recipe-too-long': (d: { bytes: number; limit: number }): Problem => ({
    what: `The recipe is ${d.bytes} bytes long; ${d.limit} are allowed.`,
    advice: 'Check that this is a recipe; data belongs in files that the recipe names.',
  }),
  'recipe-long': (d: { characters: number }): Problem => ({
    what: `The recipe is too long (${d.characters} characters) to be checked while it is typed.`,
    advice: 'It is checked when it is trained; long lists of files or labels may be written shorter.',
  }),
  'recipe-empty': (): Problem => ({
    what: 'The recipe is empty.',
    advice: 'Give at least kind, base and data, or start from: sft init --template pos.',
  }),
  'recipe-yaml': (d: { reason: string }): Problem => ({
    what: `This is not valid YAML: ${d.reason}.`,
    advice: 'Mend the syntax; fields are written "name: value", and indented with spaces.',
  }),
  'recipe-nesting': (d: { limit: number }): Problem => ({
    what: `The recipe is nested more than ${d.limit} levels deep.`,
    advice: 'Check the brackets and the indentation; no field of a recipe lies that deep.',
  }),
  'recipe-alias': (): Problem => ({
    what: 'The recipe uses a YAML alias (*name).',
    advice: 'Write the value out; aliases are not allowed in recipes.',
  }),
  'recipe-duplicate-key': (d: { key: string; line: number }): Problem => ({
    what: `"${d.key}" is given a second time; line ${d.line} gives it already.`,
    advice: 'Remove one of the two.',
  }),
  'recipe-unknown-key': (d: {
    key: string;
    within: string;
    near?: string;
    known: readonly string[];
  }): Problem => ({
    what: `There is no field "${d.key}" in ${d.within}.`,
    advice: d.near === undefined ? `Fields here: ${d.known.join(', ')}.` : `Did you mean ${d.near}?`,
  }),
  'recipe-other-kind': (d: { field: string; kind: string; here: string }): Problem => ({
    what: `${d.field} is for kind: ${d.kind}, and this recipe is kind: ${d.here}.`,
    advice: 'Remove it, or change kind.',
  }),
  'recipe-source-twice': (d: { name: string }): Problem => ({
    what: `Two sources are called "${d.name}".`,
    advice: 'Give each a name of its own.',
  }),
  'recipe-source-head': (): Problem => ({
    what: 'The SFTs of a source are added without their heads.',
    advice: 'Remove head here; to start from a head, name its SFT in apply of the recipe.',
  }),
  'recipe-one-iteration': (d: { field: string }): Problem => ({
    what: `${d.field} is for one iteration; select.iterations is above 1.`,
    advice: 'Remove one of the two.',
  }),
  'recipe-no-mask': (d: { field: string; method: string }): Problem => ({
    what: `${d.field} is for a method that chooses a mask; method is ${d.method}.`,
    advice: 'Remove one of the two.',
  }),
  'recipe-no-full-phase': (d: { field: string; by: string }): Problem => ({
    what: `${d.field} is for a mask that a full phase chooses; with select.by: ${d.by} there is none.`,
    advice: 'Remove one of the two.',
  }),
  'recipe-task-metric': (d: { metric: string; task: string; choices: readonly string[] }): Problem => ({
    what: `validate.metric is ${d.metric}, and task ${d.task} is not judged by that.`,
    advice: `Give ${d.choices.join(' or ')}.`,
  }),
  'recipe-metric-spans': (d: { metric: string }): Problem => ({
    what: `validate.metric is ${d.metric}, and the tags mark no spans in IOB1, IOB2 (B-, I-, O) or IOBES.`,
    advice:
      'Give accuracy or f1, or name the column of such tags in task.column (tag for a file of words and tags).',
  }),
  'recipe-missing': (d: { field: string; within: string; expected: string }): Problem => ({
    what: `${d.within} lacks "${d.field}".`,
    advice: `Add "${d.field}" (${d.expected}).`,
  }),
  'recipe-type': (d: { field: string; expected: string; found: string }): Problem => ({
    what: `${d.field} must be ${d.expected}, not ${d.found}.`,
    advice: typeAdvice(d.expected, d.found),
  }),
  'recipe-range': (d: { field: string; expected: string; found: string }): Problem => ({
    what: `${d.field} must be ${d.expected}, and is ${d.found}.`,
    advice: 'Change the value, or remove the field to get its default.',
  }),
  'recipe-form': (d: { field: string; expected: string; found: string }): Problem => ({
    what: `${d.field} is ${d.found}.`,
    advice: `Give ${d.expected}.`,
  }),
  'recipe-key-form': (d: { field: string; expected: string; found: string }): Problem => ({
    what: `${d.field} has the name ${d.found}.`,
    advice: `Give ${d.expected}.`,
  }),
  'recipe-choice': (d: {
    field: string;
    found: string;
    near?: string;
    choices: readonly string[];
  }): Problem => ({
    what: `${d.field} cannot be ${d.found}.`,
    advice: `${d.near === undefined ? '' : `Did you mean ${d.near}? `}Possible: ${d.choices.join(', ')}.`,
  }),
  'recipe-either-or': (d: { field: string; other: string }): Problem => ({
    what: `${d.field} and ${d.other} are both given, and one would overrule the other.`,
    advice: 'Keep one of them.',
  }),
  'recipe-steps-order': (d: { phase: string; minSteps: number; maxSteps: number }): Problem => ({
    what: `${d.phase}.minSteps (${d.minSteps}) is above ${d.phase}.maxSteps (${d.maxSteps}).`,
    advice: 'Lower minSteps or raise maxSteps.',
  }),
  'recipe-two-heads': (): Problem => ({
    what: 'Two SFTs of apply have head: true.',
    advice: 'Keep the head of one; a model has one task head.',
  }),
  'recipe-iterations': (d: { iterations: number; k: number }): Problem => ({
    what: `select.iterations (${d.iterations}) is above select.k (${d.k}), so that a round would choose nothing.`,
    advice: `Give at most ${d.k} iterations, or a larger k.`,
  }),
  'recipe-no-validation': (d: { field: string; data: string }): Problem => ({
    what: `${d.field} is given, but there is nothing to validate on.`,
    advice: `Add ${d.data}, or remove validate.`,
  }),
  'recipe-tied-decoder': (): Problem => ({
    what: 'freeze keeps the decoder as it is, but with mlm.untie: false it is the word embeddings, which train.',
    advice: 'Remove decoder and head from freeze, or set untie: true.',
  }),
  'recipe-own-decoder': (): Problem => ({
    what: 'The base model has an output matrix of its own (tie_word_embeddings is false), which mlm.untie: false would throw away.',
    advice: 'Remove mlm.untie, or set it to true.',
  }),
  'recipe-nothing-trains': (): Problem => ({
    what: 'method: head trains the head alone, and freeze keeps the head as it is.',
    advice: 'Remove head from freeze, or choose another method.',
  }),
  'recipe-path-missing': (d: { field: string; path: string; wanted: string }): Problem => ({
    what: `${d.field} names the ${d.wanted} ${d.path}, which does not exist.`,
    advice: "Check the path; relative paths start at the recipe's folder.",
  }),
  'recipe-path-kind': (d: { field: string; path: string; wanted: string }): Problem => ({
    what: `${d.field} names ${d.path}, which is not a ${d.wanted}.`,
    advice: `Give the path of a ${d.wanted}; relative paths start at the recipe's folder.`,
  }),
  'recipe-k-range': (d: { k: number; maskable: number }): Problem => ({
    what: `select asks for ${d.k} parameters, but the mask of this base has room for 1 to ${d.maskable}.`,
    advice: 'Change select.k or select.density, or freeze less.',
  }),
  'recipe-label-twice': (d: { label: string }): Problem => ({
    what: `task.labels names ${d.label} twice.`,
    advice: 'Each label has one place: its number is the output of the head.',
  }),
  'recipe-budget-range': (d: { group: string }): Problem => ({
    what: `The range ${d.group} of select.budget runs backwards.`,
    advice: 'Give the lower layer first, as in 0-5.',
  }),
  'recipe-budget-twice': (d: { row: string; other: string; group: string }): Problem => ({
    what: `select.budget has ${rowName(d.row)} in two groups, ${d.other} and ${d.group}.`,
    advice: 'Name each layer in one group.',
  }),
  'recipe-budget-outside': (d: { group: string }): Problem => ({
    what: `select.budget gives entries to ${d.group}, which select.within leaves out.`,
    advice: 'Add it to select.within, or remove it from select.budget.',
  }),
  'recipe-budget-percent': (d: { percent: number }): Problem => ({
    what: `The shares of select.budget are ${d.percent} % together.`,
    advice: 'Give at most 100 %; layers that are not named share what is left.',
  }),
  'recipe-budget-sum': (d: { sum: number; k: number }): Problem => ({
    what: `select.budget gives away ${d.sum} entries, but the mask has ${d.k}.`,
    advice: 'Lower the budget, or raise select.k or select.density.',
  }),
  'recipe-budget-layer': (d: { group: string; entries: number; most: number }): Problem => ({
    what: `select.budget gives ${d.entries} entries to ${d.group}, where ${d.most} may be in a mask.`,
    advice:
      d.most === 0
        ? 'Name layers that the base has and that are not frozen.'
        : 'Lower its part, or lower select.k or select.density.',
  }),
  'recipe-budget-rest': (d: { rest: number; most: number }): Problem => ({
    what: `select.budget leaves ${d.rest} entries of the mask to layers that it does not name, where ${d.most} may be in it.`,
    advice: 'Give more to the layers that are named, or lower select.k or select.density.',
  }),
  'recipe-within-layer': (d: { layer: string }): Problem => ({
    what: `select.within names ${rowName(d.layer)}, of which nothing may be in a mask.`,
    advice: 'Name layers that the base has and that are not frozen.',
  }),
  'recipe-within-range': (d: { k: number; most: number }): Problem => ({
    what: `select asks for ${d.k} parameters, but the layers of select.within have room for ${d.most}.`,
    advice: 'Add layers to select.within, or lower select.k or select.density.',
  }),
  'recipe-head-task': (d: { sft: string; trained: string; wanted: string }): Problem => ({
    what: `${d.sft} has a head for ${d.trained}, and the recipe trains ${d.wanted}.`,
    advice: 'Name an SFT of this task, or leave out head: true to begin with a fresh head.',
  }),
  'recipe-head-labels': (d: { field: string; sft: string; labels: readonly string[] }): Problem => ({
    what: `${d.field} is not what the head of ${d.sft} tells apart: ${d.labels.join(', ')}.`,
    advice: `Leave ${d.field} out, or leave out head: true to begin with a fresh head.`,
  }),
  'recipe-head-shape': (d: { sft: string; parameter: string; found?: string; wanted: string }): Problem => ({
    what:
      d.found === undefined
        ? `${d.sft} has no head for this task: ${d.parameter} is missing.`
        : `The head of ${d.sft} does not fit: ${d.parameter} is ${d.found}, and ${d.wanted} is needed.`,
    advice: 'Give the labels of its head in their order, or leave out head: true to begin with a fresh head.',
  }),
  'recipe-frozen-head': (): Problem => ({
    what: 'freeze holds the head, but neither the base nor an applied SFT brings one: it would stay random, and be stored nowhere.',
    advice: 'Remove head from freeze, or apply an SFT with head: true.',
  }),
  'recipe-too-long-for-base': (d: { field: string; value: number; limit: number }): Problem => ({
    what: `${d.field} is ${d.value}, but the base model takes at most ${d.limit} word pieces.`,
    advice: `Give at most ${d.limit}.`,
  }),
  'recipe-problems': (d: { first: Problem; lines: readonly number[] }): Problem => ({
    what: d.first.what,
    advice: `${d.first.advice} ${moreProblems(d.lines)}`,
  }),
} satisfies Record<string, (details: never) => Problem>;

function rowName(row: string): string {
  return /^\d/.test(row) ? `layer ${row}` : row;
}

function typeAdvice(expected: string, found: string): string {
  if (found === 'empty') return 'Give a value, or remove the field to get its default.';
  if (expected.includes('a list')) return 'Write a list as [a, b], or with a dash before each entry.';
  if (expected.includes('group'))
    return 'Write the fields of a group as { name: value }, or indented below it.';
  if (expected === 'text') return 'Put the value in quotes if it is meant as text.';
  if (isQuotedValue(found)) return `Write ${expected} without quotes.`;
  const example = { 'a whole number': ', such as 10', 'a number': ', such as 0.5' }[expected] ?? '';
  return `Write ${expected}${example}.`;
}

/** Whether a text must have been written in quotes: without them it would have been a number or a truth value. */
function isQuotedValue(found: string): boolean {
  const text = /^"(.*)"$/.exec(found)?.[1].trim() ?? '';
  return text !== '' && (Number.isFinite(Number(text)) || /^(true|false)$/i.test(text));
}

function moreProblems(lines: readonly number[]): string {
  const named = [...new Set(lines)].slice(0, 8);
  const dots = new Set(lines).size > named.length ? ', ...' : '';
  const problems = lines.length === 1 ? '1 more problem' : `${lines.length} more problems`;
  return `The recipe has ${problems}: line${named.length === 1 ? '' : 's'} ${named.join(', ')}${dots}.`;
}
