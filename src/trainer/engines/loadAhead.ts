import { isEngineName, type EngineChoice } from '../../core/engineNames.ts';
import { candidateOf } from '../../engine/choose/candidates.ts';
import { loadRuntime, runtimeProblem } from '../../engine/compiled/runtime.ts';
import { homePaths } from '../../home/home.ts';
import type { RunPaths } from '../../runs/runFolder.ts';
import { engineBefore } from '../resume.ts';

/**
 * Loads what a run will compute with before it waits for its turn: an update may replace our files meanwhile. Engines that were
 * fetched lie elsewhere and stay as they are; where one of them may be chosen, nothing is loaded that would stand in its way.
 * @throws UserError where our own engine is wanted and cannot be loaded
 */
export async function loadAhead(run: RunPaths, choice: EngineChoice): Promise<void> {
  const before = await engineBefore(run);
  const wanted = isEngineName(before) ? before : choice;
  if (wanted === 'cpu' || wanted === 'webgpu') await loadRuntime();
  if (wanted !== 'auto') return;
  const [cpu, cuda] = await Promise.all(
    (['cpu', 'cuda'] as const).map((name) => candidateOf(name).probe(homePaths())),
  );
  // Where it cannot be loaded, there is one without native code.
  if (cpu.found && !cuda.found) await runtimeProblem();
}
