import { dirname, join, parse } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { makeFolder } from '../../formats/makeFolder.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import type { EngineChoice } from '../../core/engineNames.ts';
import type { Budget } from '../../recipe/budget.ts';
import { stringifyRecipe } from '../../recipe/stringify.ts';
import type { SelectBy } from '../../recipe/types.ts';
import { forkRecipes } from '../../trainer/forks.ts';
import { openFullPhase } from '../../trainer/openFullPhase.ts';
import { engineOption } from '../engineOption.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { pastRun } from '../pastRun.ts';
import { budgetOption, countsOf, densityOption, listOf, rowsList, seedsOf, wholeNumber } from '../values.ts';
import { trainRecipe } from './train.ts';

interface ForkFlags {
  readonly k?: readonly number[];
  readonly density?: readonly number[];
  readonly by?: readonly SelectBy[];
  readonly seed?: readonly number[];
  readonly within?: readonly string[];
  readonly budget?: Budget;
  readonly runs?: string;
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly keepAwake?: boolean;
  readonly recipesOnly?: boolean;
  readonly json?: boolean;
}

export function forkCommand(program: Command): void {
  program
    .command('fork')
    .description('train further sparse phases from the kept full phase of a run')
    .argument('<run>', "the run's folder, or its full-phase.safetensors")
    .option('--k <list>', 'sizes of the mask, with commas', countsOf)
    .addOption(densityOption())
    .addOption(
      new Option('--by <list>', 'lottery, random, randomPerTensor; several with commas').argParser(choicesOf),
    )
    .option('--seed <list>', 'seeds of the sparse phase, with commas', seedsOf)
    .option('--within <list>', 'layers among which entries are chosen: emb, 0, 1 ..., 0-5', rowsList)
    .addOption(budgetOption())
    .option('--runs <folder>', "the folder of the new runs (default: the run's own)")
    .option('--threads <n>', 'threads of the engine (default: one a core, at most 16)', wholeNumber)
    .addOption(engineOption())
    .option('--detach', 'train in processes of their own, one after the other')
    .option('--keep-awake', 'keep the computer from going to sleep while they compute')
    .option('--yes', 'start without asking, however long they will take')
    .option('--recipes-only', 'write the recipes and train none')
    .option('--json', 'print every event as a line of JSON')
    .action(async (run: string, flags: ForkFlags) => {
      process.exitCode = await fork(run, flags);
    });
}

async function fork(run: string, flags: ForkFlags): Promise<number> {
  const { folder, file, kept, recipe } = await openFullPhase(await pastRun(run));
  const recipes = forkRecipes(recipe, file, kept, flags);
  const at = join(folder, 'forks');
  await makeFolder(at);
  const files: string[] = [];
  for (const one of recipes) {
    const path = join(at, `${one.name}.sft.yaml`);
    const text = stringifyRecipe(one, { from: at, within: parse(at).root });
    await writeTextAtomically(path, text);
    files.push(path);
  }
  if (flags.recipesOnly === true) {
    if (flags.json === true) printJson({ recipes: files });
    else for (const path of files) print(path);
    return EXIT.ok;
  }
  for (const [i, path] of files.entries()) {
    if (flags.json !== true) inform(`fork ${i + 1} of ${files.length}: ${recipes[i].name}`);
    const { threads, engine, detach, keepAwake = false, json } = flags;
    // The first one asks for all of them.
    const yes = flags.yes === true || i > 0;
    const runs = flags.runs ?? dirname(folder);
    const code = await trainRecipe(
      path,
      { runs, yes, threads, engine, detach, keepAwake, json },
      files.length,
    );
    if (code !== EXIT.ok) return code;
  }
  return EXIT.ok;
}

function choicesOf(text: string): SelectBy[] {
  const known: readonly SelectBy[] = ['lottery', 'random', 'randomPerTensor'];
  return listOf(text).map((item) => {
    const found = known.find((one) => one === item);
    if (found === undefined) throw new InvalidArgumentError(`Give ${known.join(', ')}.`);
    return found;
  });
}
