import type { Parameters } from '../core/parameters.ts';
import type { ModelConfig } from '../model/config.ts';
import { mlmNames } from '../model/heads/maskedLanguageModelling.ts';
import { embeddingNames, encoderPrefix } from '../model/names.ts';
import type { Freeze, Method } from '../recipe/types.ts';

/**
 * maskable: trained wholly in the full phase, on the mask in the sparse one. dense: trained wholly in both (a head).
 * frozen: never trained.
 */
export type Role = 'maskable' | 'dense' | 'frozen';

/**
 * Who trains. As in the reference, whatever belongs to the encoder and is not frozen is maskable; except a `fresh` part of it,
 * which the base lacks (a pooler): a difference to random numbers would be of no use to anybody, so it is stored whole.
 */
export function assignRoles(
  names: Iterable<string>,
  config: Pick<ModelConfig, 'modelType'>,
  freeze: readonly Freeze[],
  method: Method,
  fresh: ReadonlySet<string> = new Set(),
): Map<string, Role> {
  const encoder = encoderPrefix(config);
  const { decoder } = mlmNames(config);
  const { word } = embeddingNames(config);
  const frozen = new Set(freeze);
  const isFrozen = (name: string) =>
    (frozen.has('layerNorm') && name.includes('LayerNorm')) ||
    (frozen.has('embeddings') && name === word) ||
    (frozen.has('decoder') && name === decoder) ||
    (frozen.has('head') && !name.startsWith(encoder)) ||
    (method === 'head' && name.startsWith(encoder) && !fresh.has(name));
  const roles = new Map<string, Role>();
  for (const name of names) {
    if (isFrozen(name)) roles.set(name, 'frozen');
    else roles.set(name, name.startsWith(encoder) && !fresh.has(name) ? 'maskable' : 'dense');
  }
  return roles;
}

/** Entries of the parameters with a role. */
export function countEntries(parameters: Parameters, roles: ReadonlyMap<string, Role>, role: Role): number {
  let count = 0;
  for (const [name, { values }] of parameters) if (roles.get(name) === role) count += values.length;
  return count;
}

/** The parameters that a mask may have entries of. */
export function maskableEntries(
  parameters: Parameters,
  roles: ReadonlyMap<string, Role>,
): { readonly name: string; readonly size: number }[] {
  return [...parameters].flatMap(([name, { values }]) =>
    roles.get(name) === 'maskable' ? [{ name, size: values.length }] : [],
  );
}
