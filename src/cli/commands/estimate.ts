import { basename } from 'node:path';
import type { Command } from 'commander';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { loadRecipe } from '../../recipe/load.ts';
import { estimateRecipe, measureSpeed } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { estimateText } from '../estimateText.ts';
import { percent } from '../format.ts';
import { print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { wholeNumber } from '../values.ts';

interface EstimateFlags {
  readonly threads?: number;
  readonly json?: boolean;
}

export function estimateCommand(program: Command): void {
  program
    .command('estimate')
    .description('say what training a recipe would cost here, and what its data are to the base')
    .argument('<recipe>', 'NAME.sft.yaml, or the recipe.yaml of a run folder')
    .option('--threads <n>', 'threads of the engine (default: one a core)', wholeNumber)
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: EstimateFlags) => {
      const loaded = await loadRecipe(file);
      const threads = flags.threads ?? defaultThreads();
      const status = statusLine();
      try {
        const flopsPerSecond = await measureSpeed(compiledEngine({ threads }));
        const estimate = await estimateRecipe(loaded, {
          machine: { threads, flopsPerSecond },
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
