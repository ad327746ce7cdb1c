import type { Parameter } from '../../core/parameters.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { Recipe } from '../../recipe/schema.ts';
import type { ResolvedTaskRecipe, TagColumn, Task } from '../../recipe/types.ts';
import type { Evaluation } from '../../training/evaluation.ts';
import type { Base, BaseFrame } from '../base.ts';
import type { ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import type { TrainingData } from '../trainingData.ts';

/** What a task's data are for training and for estimates. A further task is a further file that exports one of these. */
export interface TaskModule<T extends Task> {
  /** Names of the head's outputs, in their order. @throws UserError of reading */
  readonly labels: (recipe: ResolvedTaskRecipe<T>) => Promise<readonly string[]>;
  /** Its data for training. @throws UserError of reading, of labels that training lacks */
  readonly training: (recipe: ResolvedTaskRecipe<T>, base: BaseFrame) => Promise<TrainingData>;
  /** What its files are under the base's tokenizer. @throws UserError as `training`; the signal's reason */
  readonly facts: (
    recipe: ResolvedTaskRecipe<T>,
    base: BaseFrame,
    options: ReadOptions,
  ) => Promise<RecipeFactsAndData>;
  /** Name of the head's output matrix, whose rows are the labels. */
  readonly outputWeight: (config: ModelConfig) => string;
  /** Evaluates a finished model on a file. @throws UserError of reading, of labels that the model lacks */
  readonly evaluate: (context: EvaluationContext) => Promise<Evaluated>;
}

/** What decides how a file is read, instead of what the SFT's recipe says. */
export interface TaskOverrides {
  /** Column of a treebank, or `tag` for two columns. */
  readonly column?: TagColumn | undefined;
  /** Columns of a table. */
  readonly text?: string | undefined;
  readonly pair?: string | undefined;
  readonly label?: string | undefined;
  readonly rename?: Readonly<Record<string, string>> | undefined;
}

/** A task as a recipe's text has it. */
export type WrittenTask = Extract<Recipe, { kind: 'task' }>['task'];

/** A finished model and a file to evaluate it on. */
export interface EvaluationContext {
  readonly base: Base;
  /** Base, SFTs and head together. */
  readonly parameters: Map<string, Parameter>;
  readonly labels: readonly string[];
  /** The task of the recipe by which the head was trained, as far as it is known. */
  readonly written: WrittenTask;
  readonly maxLength: number;
  readonly options: TaskOverrides & { readonly engine: Engine; readonly data: string };
}

export type Evaluated = Evaluation & { readonly notes: readonly string[] };
