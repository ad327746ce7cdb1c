import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { userError } from '../core/errors/userError.ts';
import { standsFor } from './outFile.ts';
import { isHubName } from '../formats/hubCache.ts';
import { benchSettingOf, type ComposeDocument, wasMovedOn } from '../protocol/compose.ts';
import { parseCompose } from '../recipe/composeFile.ts';
import { readRecipeText } from '../recipe/load.ts';

/**
 * Puts what a compose file says into a command line that names one where SFTs are given (`sft evaluate --sft mine.compose.yaml`,
 * `sft compose mine.compose.yaml --out F`): its SFTs that are on take its place, and its rule, head, base and data file, with its role and whether coefficients have been moved
 * by figures on it, stand for options that are not given. Where a command has no such option, that part does not concern it.
 * @param argv the command's name and its arguments
 * @throws UserError of reading the file, `compose-file-alone`, `compose-file-off`
 */
export async function withComposeFile(program: Command, argv: readonly string[]): Promise<string[]> {
  const command = program.commands.find((one) => one.name() === argv[0]);
  if (command === undefined || !isComposing(command)) return [...argv];
  const given = argv.map((word, i): Given => givenAt(command, argv, word, i));
  const sfts = given.filter(({ isSft }) => isSft);
  const files = sfts.filter(({ word }) => word.endsWith('.compose.yaml'));
  if (files.length === 0) return [...argv];
  const file = resolve(files[0].word);
  // Beside others it is one more composition where compositions are compared.
  const isCompared = command.name() === 'compare' && files.length === 1;
  if (sfts.length > 1 && !isCompared) throw userError('compose-file-alone', { file });
  standsFor(file);
  const document = parseCompose(await readRecipeText(file), file);
  const { sfts: terms } = benchSettingOf(document.setting);
  if (terms.length === 0) throw userError('compose-file-off', undefined, { file });
  const isRead = (option: string) =>
    command.options.some(({ long }) => long === option) && !argv.some((word) => isOption(word, option));
  const named = [
    ...terms.map((term) => term.file),
    ...(isRead('--base') ? [document.base] : []),
    ...(isRead('--data') ? [document.data?.data] : []),
  ];
  const missing = named.find((path) => typeof path === 'string' && !isHubName(path) && !existsSync(path));
  if (typeof missing === 'string') throw userError('compose-file-missing', { path: missing }, { file });
  const [argument] = command.registeredArguments;
  if (argument !== undefined && !argument.variadic && terms.length > 1)
    throw userError('compose-file-several', { command: command.name(), sfts: terms.length }, { file });
  for (const [name, value] of Object.entries(
    optionsOf(document, !argv.some((word) => isOption(word, '--data'))),
  ))
    if (value !== undefined && command.options.some((option) => option.attributeName() === name))
      command.setOptionValueWithSource(name, value, 'config');
  return given.flatMap(({ word, isSft, option }) => {
    if (!isSft || (isCompared && !files.some((one) => one.word === word))) return [word];
    const references = terms.map((term) => `${term.file}@${term.coefficient}`);
    if (isCompared) return [references.join('+')];
    return option === undefined
      ? references
      : // The option's own word stands before the first one.
        references.flatMap((reference, i) => (i === 0 ? [reference] : [option, reference]));
  });
}

interface Given {
  readonly word: string;
  /** Whether an SFT is given here. */
  readonly isSft: boolean;
  /** The option whose value it is. */
  readonly option?: string;
}

/** Whether a command adds SFTs up: it asks by which rule. */
function isComposing(command: Command): boolean {
  return command.options.some(({ long }) => long === '--rule');
}

function givenAt(command: Command, argv: readonly string[], word: string, at: number): Given {
  if (at === 0 || word.startsWith('-')) return { word, isSft: false };
  const option = optionOf(command, argv[at - 1]);
  if (option === undefined) return { word, isSft: command.registeredArguments.length > 0 };
  return { word, isSft: option.long === '--sft', option: argv[at - 1] };
}

/** The option that this word is, if it takes the word behind it. */
function optionOf(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ long, short }) => word === long || word === short);
  return option !== undefined && (option.required || option.optional) ? option : undefined;
}

function isOption(word: string, option: string): boolean {
  return word === option || word.startsWith(`${option}=`);
}

/** By the names that commander gives to options. What the bench knows of its data file is not true of another one. */
function optionsOf(document: ComposeDocument, isOwnData: boolean): Readonly<Record<string, unknown>> {
  const { base, setting, data } = document;
  const { rule, headFrom, force } = benchSettingOf(setting);
  const isTuned = isOwnData && data !== null && wasMovedOn(document, data.data, setting);
  return {
    ...data,
    role: isOwnData ? data?.role : undefined,
    tuned: isTuned ? true : undefined,
    base: base ?? undefined,
    rule,
    head: headFrom,
    force: force === true ? true : undefined,
  };
}
