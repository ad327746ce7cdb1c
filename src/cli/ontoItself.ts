import { userError } from '../core/errors/userError.ts';
import { realOf } from '../home/liveEntries.ts';

/** However the two are spelled. @throws UserError `compose-onto-itself` where what is written would replace what it is made of */
export async function refuseOntoItself(input: string, out: string): Promise<void> {
  if ((await realOf(input)) === (await realOf(out)))
    throw userError('compose-onto-itself', undefined, { file: out });
}
