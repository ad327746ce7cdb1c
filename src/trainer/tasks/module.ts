import type { ModelConfig } from '../../model/config.ts';
import type { Recipe } from '../../recipe/schema.ts';
import type { ResolvedTaskRecipe, TagColumn, Task } from '../../recipe/types.ts';
import type { BaseFrame } from '../base.ts';
import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { PredictionData } from '../prediction/predictionData.ts';
import type { ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import type { TrainingData } from '../trainingData.ts';

/** What a task's data are for training and for estimates. A further task is a further file that exports one of these. */
export interface TaskModule<T extends Task> {
  /** Names of the head's outputs, in their order. @throws UserError of reading */
  readonly labels: (recipe: ResolvedTaskRecipe<T>) => Promise<readonly string[]>;
  /**
   * The first row or word of the training files with one of these labels; undefined where there is none. Absent where labels are not
   * those of the files. @throws UserError of reading
   */
  readonly firstWith?: (
    recipe: ResolvedTaskRecipe<T>,
    labels: ReadonlySet<string>,
  ) => Promise<LabelPlace | undefined>;
  /** Its data for training. @throws UserError of reading, of labels that training lacks */
  readonly training: (recipe: ResolvedTaskRecipe<T>, base: BaseFrame) => Promise<TrainingData>;
  /** What its files are under the base's tokenizer. @throws UserError as `training`; the signal's reason */
  readonly facts: (
    recipe: ResolvedTaskRecipe<T>,
    base: BaseFrame,
    options: ReadOptions,
  ) => Promise<RecipeFactsAndData>;
  /** Names of the head's outputs where they are always the same, or the same unless an SFT says others. */
  readonly outputs?: readonly string[];
  /** Name of the head's output matrix, whose rows are the labels. */
  readonly outputWeight: (config: ModelConfig) => string;
  /** Which options say how a file is read or scored; others are refused. Labels are not read to predict. */
  readonly options: Readonly<Record<Purpose, readonly (keyof TaskOverrides)[]>>;
  /** Reads a file to evaluate a finished model on. @throws UserError of reading, of labels that the model lacks */
  readonly evaluation: (context: EvaluationContext) => Promise<EvaluationData>;
  /** Reads a file, whose labels are not looked at, to say what a finished model says of it. @throws UserError of reading */
  readonly prediction: (context: EvaluationContext) => Promise<PredictionData>;
}

/** Where a label stands; lines count from 1. */
export interface LabelPlace {
  readonly file: string;
  readonly line: number;
}

/** What a file is read for. */
export type Purpose = 'evaluation' | 'prediction';

/** What decides how a file is read, instead of what the SFT's recipe says. */
export interface TaskOverrides {
  /** Column of a treebank, or `tag` for two columns. */
  readonly column?: TagColumn | undefined;
  /** Columns of a table. */
  readonly text?: string | undefined;
  readonly pair?: string | undefined;
  readonly label?: string | undefined;
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /** How heads of words are chosen. */
  readonly decoding?: 'tree' | 'greedy' | undefined;
  /** Tag of the data's language, by which answers are compared. */
  readonly language?: string | undefined;
}

/** A task as a recipe's text has it. */
export type WrittenTask = Extract<Recipe, { kind: 'task' }>['task'];

/** A file to evaluate a finished model on. */
export interface EvaluationContext {
  readonly base: BaseFrame;
  readonly labels: readonly string[];
  /** The task of the recipe by which the head was trained, as far as it is known. */
  readonly written: WrittenTask;
  /** Tag of the language that the head was trained in, as far as it is known. */
  readonly language?: string | undefined;
  readonly maxLength: number;
  readonly options: TaskOverrides & { readonly data: string };
}
