import { Option } from 'commander';
import { engineChoices, type EngineChoice, type EngineName } from '../core/engineNames.ts';
import { chooseEngine, type ChooseOptions } from '../trainer/engines/chooseEngine.ts';
import { inform } from './output.ts';

/** `--engine`, which leaves an engine to `auto` unless it is given. */
export function engineOption(): Option {
  return new Option('--engine <name>', 'what computes (default: the fastest that is here)').choices(
    engineChoices,
  );
}

function onMeasure(name: EngineName): void {
  inform(`trying out the engine ${name}, once on this machine`);
}

/** The engine that is asked for; says so where one is tried out first. @throws UserError as `chooseEngine` */
export function openEngine(choice: EngineChoice | undefined, options: ChooseOptions) {
  return chooseEngine(choice ?? 'auto', { onMeasure, ...options });
}
