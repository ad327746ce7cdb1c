/**
 * What a `tokenizer.json` of Hugging Face says, as far as this project looks into it; the library reads the rest.
 * Files may hold anything: every field is checked where it is used.
 */
export interface Description {
  readonly added_tokens: readonly { readonly content: string; readonly id: number }[];
  readonly normalizer: Step | null;
  readonly pre_tokenizer: Step | null;
  readonly post_processor: Step | null;
  readonly decoder: Step | null;
  readonly model: Readonly<Record<string, unknown>>;
}

/** One step of the pipeline: a type and its options. */
export interface Step {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** What `tokenizer_config.json` says. */
export type TokenizerConfig = Readonly<Record<string, unknown>>;

/** Pieces that a model gives a meaning of its own. */
export const roles = ['cls', 'sep', 'pad', 'mask', 'unk'] as const;
export type Role = (typeof roles)[number];

/** The steps of a pipeline, with those inside of sequences (`Sequence`) in their place. */
export function flatten(step: Step | null, inner: 'normalizers' | 'pretokenizers'): Step[] {
  if (step === null) return [];
  if (step.type !== 'Sequence') return [step];
  return ((step[inner] as Step[] | undefined) ?? []).flatMap((part) => flatten(part, inner));
}
