import type { Example } from '../../data/example.ts';
import type { Head } from '../../model/heads/head.ts';
import type { WordColumn } from '../../protocol/notebook.ts';
import type { Evaluation } from '../../training/evaluation.ts';
import type { Prediction } from '../../training/predictions.ts';
import type { Between, Predictor } from '../../training/predictor.ts';
import type { Weights } from '../../training/weights.ts';

/** A file as a head is evaluated on it. Predicting and scoring are apart, so that another metric needs no second pass. */
export interface EvaluationData {
  readonly head: Head;
  /** Columns of the head's output. */
  readonly outputs: number;
  /** How many units can be evaluated: sentences, texts, questions, blocks of text. */
  readonly examples: number;
  /** All that the model is to see of them; nothing of a text that is read as it is needed. */
  readonly inputs: readonly Example[];
  /** Of such a text. */
  readonly streamed?: {
    /** Of all that the model is to see of its examples. */
    readonly hash: string;
    /** So many examples are in memory while they are predicted, so that no more should be asked for at a time. */
    readonly atATime: number;
  };
  /** What else predictions depend on, beside the model and the inputs. */
  readonly variant?: string;
  /** What was lost on the way from the file to examples, in sentences for the user. */
  readonly notes: readonly string[];
  /** Predicts the chosen examples, in their order. */
  predict(
    predictor: Predictor,
    weights: Weights,
    chosen: readonly number[],
    between: Between,
  ): Promise<Prediction[]>;
  /** Scores the chosen examples. */
  score(chosen: readonly number[], predictions: readonly Prediction[]): Evaluation;
  /** Gold and predicted side by side; undefined for texts that are read as they are needed. */
  readonly outcome?: (example: number, prediction: Prediction) => Outcome;
  /** So many outcomes are made at most, since they take far more memory than the data. */
  readonly mostOutcomes?: number;
  /** The label in what an outcome shows as gold or predicted; undefined where that holds no label (answers to questions). */
  readonly labelOf?: LabelOf;
  /** What the labels of words are in CoNLL-U, where examples are sentences. */
  readonly column?: WordColumn;
  /** The texts of the chosen examples, to look for them in what SFTs have read; undefined for texts that are read as they are needed. */
  readonly texts?: (chosen: readonly number[]) => Promise<readonly TestTexts[]>;
}

/** What of a test file may stand in a raw text, too. */
export interface TestTexts {
  readonly unit: 'sentences' | 'texts' | 'paragraphs' | 'questions' | 'lines';
  readonly texts: readonly string[];
}

export type LabelOf = (shown: string) => string;

/** An example with what it is and what the model says. */
export interface Outcome {
  /** Where it stands in the file: `line 12`, or what a question is called. */
  readonly place: string;
  /** Words, a text (and its pair, behind a tab), a question, or word pieces to be told and the text between them. */
  readonly items: readonly OutcomeItem[];
}

export interface OutcomeItem {
  readonly text: string;
  readonly gold: string;
  /** null for a word that the model never saw. */
  readonly predicted: string | null;
}

/** Whether the model is wrong anywhere in it. */
export function isWrong({ items }: Outcome): boolean {
  return items.some(({ gold, predicted }) => gold !== predicted);
}
