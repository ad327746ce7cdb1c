import type { Kind } from '../types.ts';

/** Values that the schema allows and the rules of `rules.ts` keep for one kind of recipe. */
const values: Readonly<Record<string, Kind>> = {
  'freeze: decoder': 'language',
  'method: head': 'task',
  'validate.metric: loss': 'language',
  'validate.metric: accuracy': 'task',
  'validate.metric: f1': 'task',
  'validate.metric: f1Strict': 'task',
  'validate.metric: las': 'task',
  'validate.metric: uas': 'task',
  'validate.metric: exactMatch': 'task',
};

/** The only kind of recipe in which the field at this address may have this value; undefined: it may in both. */
export function onlyFor(address: string, value: string): Kind | undefined {
  const name = `${address}: ${value}`;
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
