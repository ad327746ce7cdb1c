import { outcomeMarkdown } from '../../notebook/markdownText.ts';
import { outcomeText } from '../../notebook/plainText.ts';
import { shownSchema } from '../../protocol/cellOutcomes.ts';
import { type CellOutcome, outcomeMime, type ShownOutcome, type Staleness } from '../../protocol/notebook.ts';

/** An output in one form, as the editor keeps it. */
export interface OutputItem {
  readonly mime: string;
  readonly data: Uint8Array;
}

/** The forms of a cell's outcome: data first, from which the page draws; then the texts, which say that it is stale. */
export function outputItems(outcome: ShownOutcome, stale?: Staleness): OutputItem[] {
  const data = item(outcomeMime, JSON.stringify(outcome));
  if (outcome.state === 'running') {
    const { progress } = outcome;
    return progress === undefined ? [data] : [data, item('text/plain', progress)];
  }
  return [
    data,
    item('text/markdown', outcomeMarkdown(outcome, stale)),
    item('text/plain', outcomeText(outcome, stale)),
  ];
}

/** The outcome that a cell's outputs hold. One that was still running when its notebook was put away is interrupted. */
export function outcomeOf(items: readonly OutputItem[]): CellOutcome | undefined {
  const data = items.find(({ mime }) => mime === outcomeMime)?.data;
  if (data === undefined) return undefined;
  const parsed = shownSchema.safeParse(JSON.parse(Buffer.from(data).toString('utf8')));
  if (!parsed.success) return undefined;
  return parsed.data.state === 'running' ? { state: 'interrupted' } : parsed.data;
}

function item(mime: string, text: string): OutputItem {
  return { mime, data: Buffer.from(text) };
}
