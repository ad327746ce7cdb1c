import { basename } from 'node:path';
import type { Command } from 'commander';
import type { EngineChoice } from '../../core/engineNames.ts';
import { loadRecipe } from '../../recipe/load.ts';
import { estimateRecipe, measureSpeed } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { engineOption, openEngine } from '../engineOption.ts';
import { estimateText } from '../estimateText.ts';
import { percent } from '../format.ts';
import { print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { wholeNumber } from '../values.ts';

interface EstimateFlags {
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly runs?: string;
  readonly json?: boolean;
}

export function estimateCommand(program: Command): void {
  program
    .command('estimate')
    .description('say what training a recipe would cost here, and what its data are to the base')
    .argument('<recipe>', 'NAME.sft.yaml, or the recipe.yaml of a run folder')
    .option('--threads <n>', 'threads of the engine (default: one a core, at most 16)', wholeNumber)
    .addOption(engineOption())
    .option('--runs <folder>', 'where the run would lie, as for sft train (default: runs, beside the recipe)')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: EstimateFlags) => {
      const loaded = await loadRecipe(file);
      const threads = flags.threads ?? defaultThreads();
      const status = statusLine();
      try {
        const estimate = await estimateRecipe(loaded, {
          runsFolder: flags.runs,
          async machine(shape) {
            // An engine that is asked for says whether its device is large enough; auto would try all of them out.
            const isNamed = flags.engine !== undefined && flags.engine !== 'auto';
            const engine = await openEngine(flags.engine, { threads, ...(isNamed ? { shape } : {}) });
            return { threads, flopsPerSecond: await measureSpeed(engine) };
          },
          progress: (name, share) => status.show(`reading ${basename(name)} ${percent(share, 0)}`),
        });
        status.clear();
        if (flags.json === true) printJson(estimate);
        else print(estimateText(estimate));
      } finally {
        status.clear();
      }
    });
}
