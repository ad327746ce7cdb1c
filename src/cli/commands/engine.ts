import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { candidates, candidateOf } from '../../engine/choose/candidates.ts';
import { fetchEngine } from '../../engine/fetch/fetchEngine.ts';
import { fetchable, type FetchableEngine } from '../../engine/fetch/step.ts';
import { homePaths } from '../../home/home.ts';
import { runTrial } from '../../trainer/engines/runTrial.ts';
import type { TrialRequest } from '../../trainer/engines/trials.ts';
import { table } from '../format.ts';
import { interruptible } from '../interruptible.ts';
import { EXIT, inform, print, printJson } from '../output.ts';

interface EngineFlags {
  readonly json?: boolean;
}

export function engineCommand(program: Command): void {
  const engine = program
    .command('engine')
    .description(
      'engines: what there is here, and fetching or removing those that are no part of SFT Studio',
    );
  engine
    .command('list')
    .description('list the engines, and what brings those that are missing (`sft doctor` measures them)')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: EngineFlags) => {
      const places = homePaths();
      const found = await Promise.all(
        candidates.map(async ({ name, title, probe }) => ({ name, title, ...(await probe(places)) })),
      );
      if (json === true) printJson({ engines: found });
      else {
        const rows = found.map((one) => [
          one.name,
          one.found ? 'here' : 'missing',
          one.command === null ? one.words : `${one.words}: ${one.command}`,
        ]);
        print(table([['engine', '', ''], ...rows]));
      }
    });
  // A process of its own, in which `auto` and the doctor try an engine out.
  engine
    .command('trial', { hidden: true })
    .argument('<request>')
    .action(async (request: string) => {
      const result = await runTrial(JSON.parse(request) as TrialRequest);
      // What it holds of a device is freed by its end; some drivers' own tidying fails.
      process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(EXIT.ok));
    });
  engine
    .command('add')
    .description('fetch an engine into SFT_HOME')
    .addArgument(new Argument('<name>').choices(fetchable))
    .option('--json', 'print one JSON object')
    .action(async (name: FetchableEngine, { json }: EngineFlags) => {
      const { engines } = homePaths();
      process.exitCode = await interruptible(async (signal) => {
        const { folder, way } = await fetchEngine(name, {
          engines,
          signal,
          onStep: inform,
          onDetour: (words) => inform(`note: ${words}`),
        });
        const { words } = await candidateOf(name).probe({ engines });
        if (json === true) printJson({ name, folder, way, words });
        else print(`${name} is in ${folder}: ${words}`);
        return EXIT.ok;
      }, 'nothing of the attempt is left');
    });
  engine
    .command('remove')
    .description('delete a fetched engine')
    .addArgument(new Argument('<name>').choices(fetchable))
    .option('--json', 'print one JSON object')
    .action(async (name: FetchableEngine, { json }: EngineFlags) => {
      const folder = join(homePaths().engines, name);
      // Others may have it open; it can be fetched again.
      await rm(folder, { recursive: true, force: true });
      if (json === true) printJson({ name, folder });
      else print(`${name} has been removed`);
    });
}
