import type { EngineName } from '../../core/engineNames.ts';
import type { Engine } from '../../engine/engine.ts';
import { chooseEngine } from '../engines/chooseEngine.ts';
import { defaultThreads } from '../job.ts';

/**
 * The engine of a window's evaluations: the one that its setting names, else the compiled one for the processor, which is there at once,
 * or what there is in its place: what trains fastest says little of single sentences.
 * @throws UserError as `chooseEngine`
 */
export function namedEngine(name: EngineName | undefined): Promise<Engine> {
  return chooseEngine(name ?? 'auto', { threads: defaultThreads() });
}
