import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { recipeTemplate, recipeTemplates, type RecipeTemplate } from '../../recipe/templates.ts';
import { print, printJson } from '../output.ts';
import { shellQuoted } from '../../control/shellQuoted.ts';
import { recipeNamePattern } from '../../recipe/recipeName.ts';

interface InitFlags {
  readonly template: RecipeTemplate;
  readonly base?: string;
  readonly language?: string;
  readonly data?: string;
  readonly validation?: string;
  readonly stdout?: boolean;
  readonly json?: boolean;
}

export function initCommand(program: Command): void {
  program
    .command('init')
    .description('write a recipe to start from')
    .addArgument(new Argument('[name]', 'NAME.sft.yaml is written in this folder').default(undefined))
    .addOption(
      new Option('--template <name>', 'what it trains').choices(recipeTemplates).makeOptionMandatory(),
    )
    .option('--base <folder>', 'the base model')
    .option('--language <tag>', 'tag of the language, such as mt')
    .option('--data <file>', 'training data, or raw text')
    .option('--validation <file>', 'validation data')
    .option('--stdout', 'print the recipe and write nothing')
    .option('--json', 'print one JSON object')
    .action(async (given: string | undefined, { template, stdout, json, ...options }: InitFlags) => {
      const name = given?.replace(/\.sft\.ya?ml$/i, '');
      if (name !== undefined && !recipeNamePattern.test(basename(name)))
        throw userError('init-name', { name: basename(name) });
      const text = recipeTemplate(template, {
        ...options,
        ...(name === undefined ? {} : { name: basename(name) }),
      });
      if (stdout === true) {
        if (json === true) printJson({ recipe: text });
        else process.stdout.write(text);
        return;
      }
      const file = `${name ?? template}.sft.yaml`;
      if (existsSync(file)) throw userError('init-exists', undefined, { file });
      await writeTextAtomically(file, text);
      if (json === true) printJson({ file });
      else print(`wrote ${file}; ${toDo(options)}, then: sft train ${shellQuoted(file, process.platform)}`);
    });
}

/** What the user still has to do. */
function toDo({ base, data }: Pick<InitFlags, 'base' | 'data'>): string {
  const open = [...(base === undefined ? ['base'] : []), ...(data === undefined ? ['data'] : [])];
  return open.length === 0 ? 'look it through' : `fill in ${open.join(' and ')}`;
}
