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
  'recipe-too-long-for-base': (d: { field: string; value: number; limit: number }): Problem => ({
    what: `${d.field} is ${d.value}, but the base model takes at most ${d.limit} word pieces.`,
    advice: `Give at most ${d.limit}.`,
  }),
  'recipe-problems': (d: { first: Problem; lines: readonly number[] }): Problem => ({
    what: d.first.what,
    advice: `${d.first.advice} ${moreProblems(d.lines)}`,
  }),
} satisfies Record<string, (details: never) => Problem>;

function typeAdvice(expected: string, found: string): string {
  if (found === 'empty') return 'Give a value, or remove the field to get its default.';
  if (expected.includes('a list')) return 'Write a list as [a, b], or with a dash before each entry.';
  if (expected.includes('group'))
    return 'Write the fields of a group as { name: value }, or indented below it.';
  if (expected === 'text') return 'Put the value in quotes if it is meant as text.';
  return `Write ${expected} without quotes.`;
}

function moreProblems(lines: readonly number[]): string {
  const named = [...new Set(lines)].slice(0, 8);
  const dots = new Set(lines).size > named.length ? ', ...' : '';
  const problems = lines.length === 1 ? '1 more problem' : `${lines.length} more problems`;
  return `The recipe has ${problems}: line${named.length === 1 ? '' : 's'} ${named.join(', ')}${dots}.`;
}
