import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { userError } from '../core/errors/userError.ts';
import { realOf } from '../home/liveEntries.ts';

/** However the two are spelled. @throws UserError `compose-onto-itself` where what is written would replace what it is made of */
export async function refuseOntoItself(input: string, out: string): Promise<void> {
  if (await isSame(input, out)) throw userError('compose-onto-itself', undefined, { file: out });
}

/** What a program reads. */
export interface Inputs {
  readonly base?: string | undefined;
  readonly data: string;
  readonly sfts: readonly { readonly sft: string }[];
}

/** @throws UserError `out-is-input` where what is written would replace data, an SFT or a file of the base */
export async function refuseOntoInputs(out: string, { base, data, sfts }: Inputs): Promise<void> {
  const inputs = [data, ...sfts.map(({ sft }) => sft)];
  for (const input of inputs)
    if (await isSame(input, out)) throw userError('out-is-input', undefined, { file: out });
  if (base !== undefined && existsSync(out) && (await isSame(base, dirname(out))))
    throw userError('out-is-input', undefined, { file: out });
}

async function isSame(a: string, b: string): Promise<boolean> {
  return (await realOf(a)) === (await realOf(b));
}
