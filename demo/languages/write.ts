/**
 * Writes the texts of a world's languages, as the demo uses them:
 *
 *     node demo/languages/write.ts SEED FOLDER [--pretraining]
 *
 * CODE.txt is raw text of the source and of each target. Labelled data is CODE-train.conllu and CODE-dev.conllu for the
 * source, CODE-dev.conllu and CODE-test.conllu for a target. languages.json says which language is which.
 * `--pretraining` adds pretraining/CODE.txt for the languages that the base model is trained on.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { conlluFile, rawFile } from './files.ts';
import { countRepeated, demoSentences } from './generate.ts';
import { makeWorld, type Language, type World } from './world.ts';

function writeLanguage(world: World, language: Language, folder: string): void {
  const { code } = language;
  const raw = demoSentences(world, language, 'raw');
  writeFileSync(join(folder, `${code}.txt`), rawFile(raw));
  const labelled =
    language.role === 'source'
      ? ([
          ['train', 'train'],
          ['dev', 'validation'],
        ] as const)
      : ([
          ['dev', 'validation'],
          ['test', 'test'],
        ] as const);
  for (const [part, purpose] of labelled) {
    const sentences = demoSentences(world, language, purpose);
    writeFileSync(join(folder, `${code}-${part}.conllu`), conlluFile(sentences, `${code}-${part}`));
    const repeated = countRepeated(sentences, raw);
    console.log(
      `${code}-${part}.conllu: ${repeated} of ${sentences.length} sentences also stand in ${code}.txt`,
    );
  }
}

function writeWorld(seed: number, folder: string, pretraining: boolean): void {
  const world = makeWorld(seed);
  mkdirSync(pretraining ? join(folder, 'pretraining') : folder, { recursive: true });
  const list = world.languages.map(({ code, name, role }) => ({ code, name, role }));
  writeFileSync(join(folder, 'languages.json'), `${JSON.stringify({ seed, languages: list }, null, 2)}\n`);
  for (const language of world.languages) {
    if (language.role !== 'pretraining') writeLanguage(world, language, folder);
    if (language.role === 'target' || !pretraining) continue;
    const text = rawFile(demoSentences(world, language, 'pretraining'));
    writeFileSync(join(folder, 'pretraining', `${language.code}.txt`), text);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pretraining: { type: 'boolean', default: false } },
});
const [seed, folder] = positionals;
if (folder === undefined || !/^\d+$/.test(seed)) {
  process.stderr.write(
    'Give a seed (a whole number) and a folder: node demo/languages/write.ts SEED FOLDER [--pretraining]\n',
  );
  process.exitCode = 2;
} else {
  writeWorld(Number(seed), folder, values.pretraining);
}
