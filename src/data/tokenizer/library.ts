import * as library from '@huggingface/tokenizers';

import type { Description, TokenizerConfig } from './description.ts';

/**
 * The part of `@huggingface/tokenizers` that is used here. Its own declarations name files without extensions, which
 * TypeScript does not follow in an ES module, so everything would be `any`.
 */
export interface Pieces {
  normalizer: LibraryNormalizer | ((text: string) => string) | null;
  readonly model: {
    readonly vocab: readonly string[];
    readonly unk_token?: string;
    encode: (preTokens: string[]) => string[];
  };
  readonly pre_tokenizer: ((text: string) => string[]) | null;
  readonly post_processor:
    | ((
        text: string[],
        pair: string[] | null,
        addSpecial: boolean,
      ) => { tokens: string[]; token_type_ids?: number[] })
    | null;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[]; tokens: string[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
  token_to_id(piece: string): number | undefined;
  id_to_token(id: number): string | undefined;
}

/** A normaliser of the library; `normalizers` are the parts of a sequence. */
export interface LibraryNormalizer {
  readonly normalizers?: readonly LibraryNormalizer[];
  (text: string): string;
  normalize(text: string): string;
}

/** Builds the library's tokenizer; throws an Error of any kind where the description is wrong. */
export function makePieces(description: Description, config: TokenizerConfig): Pieces {
  const { Tokenizer } = library as unknown as {
    Tokenizer: new (...parts: [Description, TokenizerConfig]) => Pieces;
  };
  return new Tokenizer(description, config);
}
