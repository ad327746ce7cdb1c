import { count } from '../core/texts.ts';

/** One evaluation, as SFT_HOME's record keeps it. */
export interface ResultRecord {
  /** ISO 8601. */
  readonly date: string;
  readonly base: { readonly name: string; readonly fingerprint: string };
  readonly sfts: readonly {
    readonly name: string;
    readonly file: string;
    /** Of its content, whatever file it is in. */
    readonly hash: string;
    /** When the SFT was made, by which a file is known wherever it lies; absent where it does not say it. */
    readonly made?: string | undefined;
    readonly coefficient: number;
    /** Where it was not whole: without a layer, or pruned. `of` is the hash of the whole one. */
    readonly form?: { readonly name: string; readonly of: string } | undefined;
  }[];
  /** How entries of several SFTs were put together. */
  readonly rule: string;
  /** `sha256` is of the file's bytes. */
  readonly data: { readonly file: string; readonly sha256: string };
  readonly metric: string;
  /** null where there was nothing to count. */
  readonly value: number | null;
  /** 95 % bootstrap interval. */
  readonly low: number | null;
  readonly high: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Sentences, pairs, blocks of text; how many of the file's they were. */
  readonly examples: number;
  readonly of: number;
  /** Words, texts or predicted word pieces. */
  readonly units: number;
  /** What the file is for, where it was said. */
  readonly role: 'dev' | 'test' | null;
  /** Whether coefficients were chosen by figures on this very file. */
  readonly tuned: boolean;
}

/** Which results are wanted; texts are parts of names, in any case. */
export interface ResultFilter {
  readonly sft?: string | undefined;
  readonly base?: string | undefined;
  readonly data?: string | undefined;
  readonly metric?: string | undefined;
  readonly role?: string | undefined;
  /** Hash of an SFT's content. */
  readonly hash?: string | undefined;
  /** An SFT file as it is now. */
  readonly of?: SftFile | undefined;
}

/** An SFT file, and when its SFT was made, where it says that. */
export interface SftFile {
  readonly file: string;
  readonly date: string | null;
}

/** Whether a result is one of those that a filter wants. */
export function isWanted(result: ResultRecord, filter: ResultFilter): boolean {
  return (
    (filter.sft === undefined || result.sfts.some(({ name, file }) => has(`${file}\n${name}`, filter.sft))) &&
    (filter.of === undefined || isOf(result, filter.of)) &&
    (filter.hash === undefined || result.sfts.some(({ hash }) => hash === filter.hash)) &&
    has(result.base.name, filter.base) &&
    has(result.data.file, filter.data) &&
    (filter.metric === undefined || result.metric === filter.metric) &&
    (filter.role === undefined || result.role === filter.role)
  );
}

/** Whether a result is of this SFT: made at this moment, wherever it lay; of an older record, of a file of this name since then. */
export function isOf({ sfts, date }: ResultRecord, { file, date: made }: SftFile): boolean {
  return sfts.some((sft) =>
    sft.made === undefined ? sft.file === file && (made === null || date >= made) : sft.made === made,
  );
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

/** Whether an SFT was looked at in several forms there: whoever then makes one of them has chosen it by this file. */
export function isOfForms({ sfts }: Pick<ResultRecord, 'sfts'>): boolean {
  return sfts.some(({ form }) => form !== undefined);
}

/** What is said where coefficients are chosen on a file that is for testing. */
export function tunedOnTest(data: string): string {
  return `${data} is a test file, and coefficients are being chosen by figures on it. Figures of these SFTs on it are marked from now on; choose on another file.`;
}

/** What was evaluated, as people write it: `pos-en + 0.7 sw`, `pos-en (10 %)`, `pos-en + sw (priority)`, or the base's name. */
export function resultName({
  sfts,
  base,
  rule,
}: Pick<ResultRecord, 'sfts' | 'base'> & { readonly rule?: string | undefined }): string {
  if (sfts.length === 0) return base.name;
  const other = sfts.length > 1 && rule !== undefined && rule !== 'sum' ? ` (${rule})` : '';
  const sum = sfts
    .map(({ name, coefficient, form }) => {
      const bare = name.replace(/(\.sft)?\.safetensors$/, '');
      const shown = form === undefined ? bare : `${bare} (${form.name})`;
      return coefficient === 1 ? shown : `${coefficient} ${shown}`;
    })
    .join(' + ');
  return `${sum}${other}`;
}

/** Of how many examples a figure is: `200 of 5,000` of a sample. */
export function examplesText({ examples, of }: Pick<ResultRecord, 'examples' | 'of'>): string {
  return examples < of ? `${count(examples)} of ${count(of)}` : count(examples);
}
