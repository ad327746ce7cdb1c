import { dirname } from 'node:path';
import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { UserError, userError } from '../core/errors/userError.ts';
import { readSftHeader } from '../formats/sftFile.ts';
import { writeError } from '../formats/fileErrors.ts';
import { realOf } from '../home/liveEntries.ts';

/** However the two are spelled. @throws UserError `compose-onto-itself` where what is written would replace what it is made of */
export async function refuseOntoItself(input: string, out: string): Promise<void> {
  await refuseOntoStanding(out);
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
  await refuseOntoStanding(out);
  const inputs = [data, ...sfts.map(({ sft }) => sft)];
  for (const input of inputs)
    if (await isSame(input, out)) throw userError('out-is-input', undefined, { file: out });
  if (base !== undefined && existsSync(out) && (await isSame(base, dirname(out))))
    throw userError('out-is-input', undefined, { file: out });
}

/**
 * What `compose` and `prune` have made can be made again; anything else is replaced only where that is said.
 * @throws UserError `out-exists`
 */
export async function refuseLoss(out: string, replace = false): Promise<void> {
  if (replace || !existsSync(out)) return;
  const made = await readSftHeader(out).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (made?.metadata.parts === undefined && made?.metadata.pruned === undefined)
    throw userError('out-exists', undefined, { file: out });
}

/** @throws UserError `file-unwritable` where the folder of what is written is not there, or lets nothing be written: before anything is computed for it */
export async function refuseNowhere(out: string): Promise<void> {
  const folder = dirname(out);
  const found = await stat(folder).catch((error: unknown) => {
    throw writeError(error, out);
  });
  if (!found.isDirectory())
    throw userError('file-unwritable', { reason: 'a part of the path is not a folder' }, { file: out });
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw writeError(error, out);
  });
}

/** For what is new: @throws UserError as `refuseOntoInputs` and `refuseNowhere`; `out-there` for a file that is there, unless it may be replaced */
export async function refuseUnlessNew(out: string, inputs: Inputs, replace = false): Promise<void> {
  await refuseOntoInputs(out, inputs);
  await refuseNowhere(out);
  if (!replace && existsSync(out)) throw userError('out-there', undefined, { file: out });
}

/** Files that the command line was given in another form: a compose file stands for its SFTs. */
const standing = new Set<string>();

/** Remembers a file that stands for others on the command line, so that nothing is written onto it. */
export function standsFor(file: string): void {
  standing.add(file);
}

/** @throws UserError `out-is-input` for a compose file that stands for its SFTs */
async function refuseOntoStanding(out: string): Promise<void> {
  for (const file of standing)
    if (await isSame(file, out)) throw userError('out-is-input', undefined, { file: out });
}

async function isSame(a: string, b: string): Promise<boolean> {
  return (await realOf(a)) === (await realOf(b));
}
