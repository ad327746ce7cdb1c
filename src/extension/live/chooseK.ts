import type { Services } from '../services.ts';

/**
 * Asks a live run for another size of its mask.
 * @throws SftProblem where it refuses, or lives no longer
 */
export async function chooseK(services: Services, folder: string, k: number | string): Promise<void> {
  const programs = await services.programs();
  await programs.sft(['select', folder, '--k', String(k)], { onText: (line) => services.log.info(line) });
  await services.live.look();
}
