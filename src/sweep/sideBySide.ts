import type { EngineChoice } from '../core/engineNames.ts';
import type { EngineCandidate } from '../engine/choose/candidate.ts';
import { candidates as allCandidates } from '../engine/choose/candidates.ts';
import { homePaths } from '../home/home.ts';

/**
 * Whether runs with an engine may compute side by side although nobody has asked for it. Those on a device would take each other's memory;
 * and how fast a run with fewer threads is, can be measured of our own engine for the processor alone, since the others have the threads of
 * their process. So `auto` may, where it can be nothing else.
 */
export async function maySideBySide(
  choice: EngineChoice,
  candidates: readonly EngineCandidate[] = allCandidates,
): Promise<boolean> {
  if (choice !== 'auto') return choice === 'cpu';
  const places = homePaths();
  const competing = candidates.filter(({ competes }) => competes);
  const probes = await Promise.all(competing.map(({ probe }) => probe(places)));
  const found = competing.filter((_, i) => probes[i].found);
  return found.length === 1 && found[0].name === 'cpu';
}
