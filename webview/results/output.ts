import type {
  ExamplesBlock,
  NotebookBlock,
  ShownOutcome,
  Staleness,
  WordColumn,
} from '../../src/protocol/notebook.ts';

/** What the user has done with one output; it goes with the page. */
export interface OutputState {
  /** Examples with this confusion alone, by the number of their block. */
  confusion: { readonly block: number; readonly gold: string; readonly predicted: string } | undefined;
  /** Examples that hold this text alone. */
  text: string;
  /** How many examples are drawn. */
  most: number;
  /** Blocks that came from the cache, by hash; null where they are not there any more. */
  readonly kept: Map<string, NotebookBlock | null>;
  /** The cell of a confusion matrix that the keyboard is at. */
  focus: { readonly block: number; readonly row: number; readonly column: number } | undefined;
}

export function newState(): OutputState {
  return { confusion: undefined, text: '', most: 20, kept: new Map(), focus: undefined };
}

/** What an output is drawn from, and what its buttons do. */
export interface Output {
  readonly outcome: ShownOutcome;
  readonly state: OutputState;
  /** What has changed since it was made. */
  readonly stale?: Staleness | undefined;
  /** Changes something and draws anew. */
  readonly change: (part: Partial<OutputState>) => void;
  /** Asks for a block that lies in the cache; undefined where nobody can be asked. */
  readonly fetch: ((hash: string) => void) | undefined;
}

/** The blocks of an output, those from the cache in their places. */
export function blocksOf({ outcome, state }: Output): readonly NotebookBlock[] {
  if (outcome.state !== 'done') return [];
  return outcome.output.blocks.map((block) => {
    if (block.type === 'kept') return state.kept.get(block.hash) ?? block;
    if (block.type !== 'examples' || block.rest === undefined) return block;
    const whole = state.kept.get(block.rest);
    return whole?.type === 'examples' ? whole : block;
  });
}

/** The examples that a confusion matrix leads to: those of the next block of examples. */
export function examplesBelow(blocks: readonly NotebookBlock[], at: number): number | undefined {
  const found = blocks.findIndex((block, i) => i > at && block.type === 'examples');
  return found < 0 ? undefined : found;
}

/** The examples that the user wants to see. */
export function chosenExamples(
  block: ExamplesBlock,
  at: number,
  { confusion, text }: Pick<OutputState, 'confusion' | 'text'>,
): ExamplesBlock['examples'] {
  const wanted = text.trim().toLowerCase();
  const only = confusion?.block === at ? confusion : undefined;
  return block.examples.filter(
    ({ items }) =>
      (only === undefined ||
        items.some(
          (item) =>
            labelIn(block, item.gold) === only.gold && labelIn(block, item.predicted) === only.predicted,
        )) &&
      (wanted === '' || items.some((item) => holds(item, wanted))),
  );
}

function holds(
  { text, gold, predicted }: ExamplesBlock['examples'][number]['items'][number],
  wanted: string,
): boolean {
  return [text, gold, predicted ?? ''].some((shown) => shown.toLowerCase().includes(wanted));
}

/** The label that the matrix has for what an example shows: of `2 nsubj` the relation, '' for a word that was never seen. */
function labelIn({ column }: ExamplesBlock, shown: string | null): string {
  if (shown === null) return '';
  return column === 'heads' ? shown.slice(shown.indexOf(' ') + 1) : shown;
}

/** Fields of CoNLL-U behind the lemma, by what a label is there; a tag of another file is in none of them. */
const fields: Readonly<Record<WordColumn, (label: string) => readonly string[]>> = {
  upos: (label) => [label, '_', '_', '_', '_', '_'],
  xpos: (label) => ['_', label, '_', '_', '_', '_'],
  feats: (label) => ['_', '_', label, '_', '_', '_'],
  deprel: (label) => ['_', '_', '_', '_', label, '_'],
  heads: (label) => ['_', '_', '_', ...label.split(' '), '_'],
  tag: () => ['_', '_', '_', '_', '_', '_'],
};

/** Sentences as CoNLL-U: labels in their columns (tags of other files in MISC), and in MISC what was predicted, where it is wrong. */
export function conllu(examples: ExamplesBlock['examples'], column: WordColumn): string {
  return examples
    .map(({ place, items }) => {
      const rows = items.map(({ text, gold, predicted }, i) => {
        const misc = [
          ...(column === 'tag' ? [`Tag=${inMisc(gold)}`] : []),
          ...(gold === predicted ? [] : [`Predicted=${inMisc(predicted ?? '')}`]),
        ];
        const form = text.replaceAll(/[\t\n]/g, ' ');
        return [i + 1, form, '_', ...fields[column](gold), misc.join('|') || '_'].join('\t');
      });
      return `# ${place}\n${rows.join('\n')}\n\n`;
    })
    .join('');
}

function inMisc(label: string): string {
  return label.replaceAll(/[\s|]/g, ':');
}
