import {
  checkTrees,
  parsingData,
  type ParsingData,
  renamedRelations,
  universalRelation,
  universalRelations,
  wordExample,
} from '../../data/parsing.ts';
import { attachRest, NO_HEAD } from '../../core/trees.ts';
import { NO_LABEL } from '../../data/example.ts';
import type { Renames } from '../../data/renames.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { type ConlluSentence, loadConllu } from '../../formats/conllu.ts';
import type { WordValues } from '../../formats/conlluWriter.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import {
  evaluateParsing,
  parsedWords,
  predictParses,
  predictTrees,
  scoreParses,
} from '../../training/evaluateParsing.ts';
import type { BaseFrame } from '../base.ts';
import { WORD_BYTES } from '../pieceCounts.ts';
import type { ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import { taggedFacts } from '../taggedFacts.ts';
import { lossNotes } from '../taggingData.ts';
import type { TrainingData } from '../trainingData.ts';
import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { PredictionData } from '../prediction/predictionData.ts';
import { loadSentences, writeSentences } from '../prediction/unlabelledSentences.ts';
import type { EvaluationContext, TaskModule } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Recipe = ResolvedTaskRecipe<TaskOf<'parsing'>>;

/** Dependency trees of sentences. */
export const parsing: TaskModule<TaskOf<'parsing'>> = {
  labels: ({ task }) => Promise.resolve(relationsOf(task)),
  training,
  facts: readFacts,
  outputs: universalRelations,
  outputWeight: () => 'biaffine_rels.weight',
  options: { evaluation: ['rename', 'decoding'], prediction: ['decoding'] },
  evaluation,
  prediction,
};

function relationsOf({ relations }: Pick<TaskOf<'parsing'>, 'relations'>): readonly string[] {
  return relations ?? universalRelations;
}

async function training(recipe: Recipe, { tokenizer }: BaseFrame): Promise<TrainingData> {
  const { data, task, validate, maxLength } = recipe;
  const relations = relationsOf(task);
  const train = await loadFiles(data.train, recipe, tokenizer);
  const examples = train.examples.map((example) =>
    wordExample(task.learnRoots ? example : { ...example, heads: example.heads.map(withoutRoot) }),
  );
  const common = {
    head: biaffine,
    outputs: relations.length,
    labels: relations,
    examples: examples.length,
    example: (index: number) => examples[index],
    notes: [...lossNotes(train, maxLength, 'training data'), ...rootNotes(train.severalRoots)],
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, tokenizer);
  const count = validate.sample ?? whole.examples.length;
  const sample = { relations, examples: whole.examples.slice(0, count), trees: whole.trees.slice(0, count) };
  return {
    ...common,
    notes: [...common.notes, ...lossNotes(whole, maxLength, 'validation data')],
    validate: (predictor, weights) => evaluateParsing(predictor, weights, sample, task.decoding),
  };
}

function withoutRoot(head: number): number {
  return head === 0 ? NO_LABEL : head;
}

function rootNotes(severalRoots: number): string[] {
  if (severalRoots === 0) return [];
  return [`${severalRoots} sentences of the training data have several roots.`];
}

async function loadFiles(
  files: readonly string[],
  { task, maxLength }: Recipe,
  tokenizer: Tokenizer,
): Promise<ParsingData & { readonly severalRoots: number }> {
  const parts: (ParsingData & { readonly severalRoots: number })[] = [];
  const relations = relationsOf(task);
  for (const file of files) {
    const { sentences, severalRoots } = await loadTrees(file, task.rename);
    parts.push({ ...parsingData(sentences, relations, tokenizer, { maxLength, file }), severalRoots });
  }
  const sum = (field: 'cutSentences' | 'cutWords' | 'wordsWithoutPieces' | 'severalRoots') =>
    parts.reduce((total, part) => total + part[field], 0);
  return {
    relations,
    examples: parts.flatMap(({ examples }) => examples),
    trees: parts.flatMap(({ trees }) => trees),
    cutSentences: sum('cutSentences'),
    cutWords: sum('cutWords'),
    wordsWithoutPieces: sum('wordsWithoutPieces'),
    severalRoots: sum('severalRoots'),
  };
}

/** Sentences that are trees, their relations renamed. @throws UserError of reading, of a sentence that is none */
async function loadTrees(
  file: string,
  rename: Renames = {},
): Promise<{ sentences: ConlluSentence[]; severalRoots: number }> {
  const sentences = await loadConllu(file);
  return { sentences: renamedRelations(sentences, rename), ...checkTrees(sentences, file) };
}

async function readFacts(
  recipe: Recipe,
  { tokenizer }: BaseFrame,
  options: ReadOptions,
): Promise<RecipeFactsAndData> {
  const { task, maxLength } = recipe;
  const relations = relationsOf(task);
  return countTaskFiles(recipe, options, {
    head: biaffine,
    outputs: relations.length,
    wordBytes: WORD_BYTES.tagged,
    reads: () => 1,
    async count(file, role) {
      const { sentences } = await loadTrees(file, task.rename);
      const tagged = sentences.map(({ line, words }) => ({
        line,
        words: words.map((word) => ({
          line: word.line,
          form: word.form,
          tag: universalRelation(word.deprel),
        })),
      }));
      return taggedFacts({ file, role, sentences: tagged }, relations, tokenizer, maxLength);
    },
  });
}

async function evaluation({
  base,
  labels: relations,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<EvaluationData> {
  const { data: file } = options;
  const told = written?.type === 'parsing' ? written : undefined;
  const decoding = options.decoding ?? told?.decoding ?? 'tree';
  const { sentences } = await loadTrees(file, { ...told?.rename, ...options.rename });
  const data = parsingData(sentences, relations, base.tokenizer, { maxLength, file });
  return {
    head: biaffine,
    outputs: relations.length,
    examples: data.examples.length,
    inputs: data.examples.map(wordExample),
    variant: decoding,
    notes: lossNotes(data, maxLength, 'data'),
    predict: (predictor, weights, chosen, between) =>
      predictParses(predictor, weights, data, chosen, decoding, between),
    score: (chosen, predictions) => scoreParses(data, chosen, predictions),
    // Of head and relation.
    labelOf: (shown) => shown.slice(shown.indexOf(' ') + 1),
    column: 'heads',
    texts: async (chosen) => [
      {
        unit: 'sentences',
        texts: chosen.map((example) =>
          sentences[data.trees[example].sentence].words.map(({ form }) => form).join(' '),
        ),
      },
    ],
    outcome(example, prediction) {
      const { line, words } = sentences[data.trees[example].sentence];
      const { goldHeads, goldRelations, heads, relations: found } = parsedWords(data, example, prediction);
      return {
        place: `line ${line}`,
        items: words.map(({ form }, i) => ({
          text: form,
          gold: `${goldHeads[i]} ${goldRelations[i]}`,
          predicted: found[i] === undefined ? null : `${heads[i]} ${found[i]}`,
        })),
      };
    },
  };
}

async function prediction({
  base,
  labels: relations,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<PredictionData> {
  const { data: file } = options;
  const read = await loadSentences(file);
  const bare = read.sentences.map(({ line, words }) => ({
    line,
    words: words.map((word) => ({ ...word, head: -1, deprel: '_' })),
  }));
  const data = parsingData(bare, relations, base.tokenizer, { maxLength, file });
  const told = written?.type === 'parsing' ? written.decoding : undefined;
  const decoding = options.decoding ?? told ?? 'tree';
  return {
    head: biaffine,
    outputs: relations.length,
    examples: data.examples.length,
    notes: [...read.notes, ...lossNotes(data, maxLength, 'data')],
    format: 'conllu',
    predict: (predictor, weights, chosen, between) =>
      predictTrees(predictor, weights, data, chosen, decoding, between),
    write(predictions, format) {
      const values = data.trees.map(({ sentence }, e) => {
        const { heads, relations: found } = parsedWords(data, e, predictions[e]);
        const count = read.sentences[sentence].words.length;
        // Words that the model never saw hang on their neighbours, so that what is written is a tree.
        const whole = attachRest(Int32Array.from({ length: count }, (_, i) => heads[i] ?? NO_HEAD));
        return Array.from(whole, (head, i): WordValues => ({
          head,
          deprel: found[i] ?? (head === 0 ? 'root' : 'dep'),
        }));
      });
      return writeSentences(read, values, [{ column: 'head' }, { column: 'deprel' }], format);
    },
  };
}
