import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conlluFile, rawFile } from './languages/files.ts';
import { demoSentences, type Sentence } from './languages/generate.ts';
import { makeWorld, type Language } from './languages/world.ts';
import { startPage } from './startPage.ts';
import { demoNotebook } from './notebook.ts';
import { languageRecipe, otherMaskRecipe, otherMasks, taskRecipe } from './recipes.ts';

/** The demo workspace in a folder of the user's: base model, data and recipes. */
export interface Workspace {
  readonly folder: string;
  readonly base: string;
  readonly source: string;
  /** Codes of the languages that the base model never saw. */
  readonly targets: readonly string[];
}

/** Makes the workspace of a world; `baseFolder` is its pre-trained base model. */
export function makeWorkspace(seed: number, baseFolder: string, folder: string): Workspace {
  const world = makeWorld(seed);
  mkdirSync(join(folder, 'data'), { recursive: true });
  cpSync(baseFolder, join(folder, 'base'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const treebank = (language: Language, part: string, sentences: readonly Sentence[]) =>
    write(`data/${language.code}-${part}.conllu`, conlluFile(sentences, `${language.code}-${part}`));
  const trained = world.languages.filter(({ role }) => role !== 'pretraining');
  for (const language of trained) {
    write(`data/${language.code}.txt`, rawFile(demoSentences(world, language, 'raw')));
    write(`${language.code}.sft.yaml`, languageRecipe(language));
    if (language.role === 'source') {
      treebank(language, 'train', demoSentences(world, language, 'train'));
      treebank(language, 'dev', demoSentences(world, language, 'validation'));
      write(`pos-${language.code}.sft.yaml`, taskRecipe(language));
    } else {
      treebank(language, 'test', demoSentences(world, language, 'test'));
    }
  }
  const targets = trained.filter(({ role }) => role === 'target');
  mkdirSync(join(folder, 'masks'), { recursive: true });
  for (const mask of otherMasks)
    write(`masks/${targets[0].code}-${mask.name}.sft.yaml`, otherMaskRecipe(targets[0], mask));
  write('transfer.sftnb', demoNotebook(trained[0], targets));
  write('README.md', startPage(trained));
  // By this file the extension knows the demo.
  write('.sft-demo', '');
  const codes = (role: Language['role']) =>
    trained.filter((one) => one.role === role).map(({ code }) => code);
  return { folder, base: join(folder, 'base'), source: codes('source')[0], targets: codes('target') };
}
