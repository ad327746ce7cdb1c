import { answerWords, answerWordsText } from '../../core/answerNormalization.ts';
import { answeredQuestions, questionData, type QuestionData } from '../../data/questionAnswering.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { loadSquad, type SquadQuestion } from '../../formats/squad.ts';
import { questionAnswering as head } from '../../model/heads/questionAnswering.ts';
import type { AnsweredFacts } from '../../protocol/estimate.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import {
  answerText,
  evaluateAnswers,
  predictChosenAnswers,
  scoreAnswers,
} from '../../training/evaluateAnswers.ts';
import type { BaseFrame } from '../base.ts';
import { countPieces, newPieceCounts, ratio, WORD_BYTES } from '../pieceCounts.ts';
import type { FactsAndLengths, ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import type { TrainingData } from '../trainingData.ts';
import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { PredictionData } from '../prediction/predictionData.ts';
import { jsonLines, onlyJsonLines } from '../prediction/unlabelledSentences.ts';
import type { EvaluationContext, TaskModule, WrittenTask } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Recipe = ResolvedTaskRecipe<TaskOf<'questionAnswering'>>;

/** What the two outputs of the head are scores of, at every word piece. */
const OUTPUTS = ['start', 'end'] as const;

/** Questions that a part of a text answers. */
export const questionAnswering: TaskModule<TaskOf<'questionAnswering'>> = {
  labels: () => Promise.resolve(OUTPUTS),
  training,
  facts: readFacts,
  outputs: OUTPUTS,
  outputWeight: () => 'qa_outputs.weight',
  options: { evaluation: ['language'], prediction: [] },
  evaluation,
  prediction,
};

async function training(recipe: Recipe, { tokenizer }: BaseFrame): Promise<TrainingData> {
  const { data, language, validate } = recipe;
  const train = await loadFiles(data.train, recipe, tokenizer);
  const common = {
    head,
    outputs: OUTPUTS.length,
    labels: OUTPUTS,
    examples: train.windows.length,
    example: (index: number) => train.windows[index].example,
    notes: questionNotes(train, 'training data'),
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, tokenizer, validate.sample ?? undefined);
  return {
    ...common,
    notes: [...common.notes, ...questionNotes(whole, 'validation data')],
    validate: (predictor, weights) => evaluateAnswers(predictor, weights, whole, language),
  };
}

type Loaded = QuestionData & { readonly leftOut: number; readonly movedAnswers: number };

/** The first `most` questions of the files, all of them unless it is given. */
async function loadFiles(
  files: readonly string[],
  { task, maxLength }: Pick<Recipe, 'task' | 'maxLength'>,
  tokenizer: Tokenizer,
  most?: number,
): Promise<Loaded> {
  const questions: (readonly SquadQuestion[])[] = [];
  let leftOut = 0;
  let movedAnswers = 0;
  for (const file of files) {
    const squad = await loadSquad(file);
    const read = answeredQuestions(squad.questions, file);
    questions.push(read.questions);
    leftOut += read.leftOut;
    movedAnswers += squad.movedAnswers;
  }
  const { stride } = task;
  return {
    ...questionData(questions.flat().slice(0, most), tokenizer, { maxLength, stride }),
    leftOut,
    movedAnswers,
  };
}

function questionNotes({ leftOut, movedAnswers, cutQuestions }: Loaded, name: string): string[] {
  return [
    ...(movedAnswers === 0
      ? []
      : [
          `${movedAnswers} answers of the ${name} stood a few characters away from where the file says, and were taken there.`,
        ]),
    ...(leftOut === 0 ? [] : [`${leftOut} questions of the ${name} have no answer and were left out.`]),
    ...(cutQuestions === 0
      ? []
      : [`${cutQuestions} questions of the ${name} are so long that their ends were cut off.`]),
  ];
}

/** How answers are compared, where that is not as in English, or should perhaps not be. */
function comparisonNotes(language: string | undefined, teller: string, texts: readonly string[]): string[] {
  const how = answerWordsText(language);
  if (how === undefined) {
    if (isMostlyLatin(texts)) return [];
    return [
      'Answers are compared as in English, word by word between blanks, and most of the texts are in another script: name their language (--language, or language of the data file), so that they are compared as in it.',
    ];
  }
  return [`Answers are compared as in the language ${language}, as ${teller} says: ${how}.`];
}

/** So many texts say in which script the others are. */
const LOOKED_AT = 50;

function isMostlyLatin(texts: readonly string[]): boolean {
  const some = texts.slice(0, LOOKED_AT).join(' ');
  const letters = (script: RegExp): number => some.match(script)?.length ?? 0;
  return 2 * letters(/\p{Script=Latin}/gu) >= letters(/\p{L}/gu);
}

async function readFacts(
  recipe: Recipe,
  { tokenizer }: BaseFrame,
  options: ReadOptions,
): Promise<RecipeFactsAndData> {
  return countTaskFiles(recipe, options, {
    head,
    outputs: OUTPUTS.length,
    wordBytes: WORD_BYTES.raw,
    reads: () => 1,
    async count(file, role) {
      const data = await loadFiles([file], recipe, tokenizer);
      return factsOf(data, tokenizer, { file, role, maxLength: recipe.maxLength });
    },
  });
}

function factsOf(
  { questions, windows, cutQuestions }: Loaded,
  tokenizer: Tokenizer,
  file: Pick<AnsweredFacts, 'file' | 'maxLength'> & { readonly role: 'train' | 'validation' },
): FactsAndLengths<AnsweredFacts> {
  const counts = newPieceCounts();
  let words = 0;
  const contexts = new Set(questions.map(({ context }) => context));
  for (const text of [...contexts, ...questions.map(({ question }) => question)]) {
    words += text.split(/\s+/).filter((word) => word !== '').length;
    countPieces(counts, tokenizer.encodePair(text, null).ids, tokenizer);
  }
  return {
    facts: {
      type: 'answered',
      ...file,
      questions: questions.length,
      contexts: contexts.size,
      windows: windows.length,
      words,
      pieces: counts.pieces,
      piecesPerWord: ratio(counts.pieces, words),
      unknownPieces: counts.unknown,
      unknownShare: ratio(counts.unknown, counts.pieces),
      longest: counts.longest,
      cut: cutQuestions,
    },
    lengths: windows.map(({ example }) => example.ids.length),
    questions: windows.map(({ question }) => question),
    distinct: counts.distinct,
  };
}

async function evaluation({
  base,
  written,
  language: trained,
  maxLength,
  options,
}: EvaluationContext): Promise<EvaluationData> {
  const { data: file } = options;
  // As in the validation of the run that made the SFT, unless the file's language is told.
  const language = options.language ?? trained;
  const task = { type: 'questionAnswering', stride: strideOf(written, maxLength) } as const;
  const data = await loadFiles([file], { task, maxLength }, base.tokenizer);
  const { questions, windows } = data;
  const wordsOf = answerWords(language);
  const same = (a: string, b: string) => wordsOf(a).join(' ') === wordsOf(b).join(' ');
  return {
    head,
    outputs: OUTPUTS.length,
    examples: questions.length,
    inputs: windows.map(({ example }) => example),
    // Which windows are of one question, and what is written where their pieces are.
    variant: JSON.stringify([
      windows.map(({ question }) => question),
      questions.map(({ context }) => context),
    ]),
    notes: [
      ...comparisonNotes(
        language,
        options.language === undefined ? 'the SFT' : '--language',
        questions.map(({ context }) => context),
      ),
      ...questionNotes(data, 'data'),
    ],
    predict: (predictor, weights, chosen, between) =>
      predictChosenAnswers(predictor, weights, data, chosen, between),
    score: (chosen, predictions) => scoreAnswers(data, language ?? null, chosen, predictions),
    async texts(chosen) {
      const asked = chosen.map((example) => questions[example]);
      return [
        { unit: 'paragraphs', texts: [...new Set(asked.map(({ context }) => context))] },
        { unit: 'questions', texts: asked.map(({ question }) => question) },
      ];
    },
    outcome(example, prediction) {
      const { id, question, answers } = questions[example];
      const predicted = answerText(prediction);
      const right = answers.find(({ text }) => same(text, predicted));
      const gold = right === undefined ? (answers.at(0)?.text ?? '') : predicted;
      return { place: `question ${id}`, items: [{ text: question, gold, predicted }] };
    },
  };
}

async function prediction({ base, written, maxLength, options }: EvaluationContext): Promise<PredictionData> {
  const { data: file } = options;
  const { questions } = await loadSquad(file, { answers: false });
  const data = questionData(questions, base.tokenizer, { maxLength, stride: strideOf(written, maxLength) });
  return {
    head,
    outputs: OUTPUTS.length,
    examples: questions.length,
    notes: questionNotes({ ...data, leftOut: 0, movedAnswers: 0 }, 'data'),
    format: 'jsonl',
    predict: (predictor, weights, chosen, between) =>
      predictChosenAnswers(predictor, weights, data, chosen, between),
    write(predictions, format) {
      onlyJsonLines(format);
      return jsonLines(
        questions.map(({ id, question }, e) => ({ id, question, answer: answerText(predictions[e]) })),
      );
    },
  };
}

function strideOf(written: WrittenTask, maxLength: number): number {
  const told = written?.type === 'questionAnswering' ? written.stride : undefined;
  return told ?? Math.min(128, Math.floor(maxLength / 3));
}
