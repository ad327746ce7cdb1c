import { lowerCase, normalizeBert } from './bertNormalizer.ts';
import type { Step } from './description.ts';
import type { LibraryNormalizer } from './library.ts';
import { precompiled } from './precompiled.ts';

/**
 * The normaliser that a description names, with the same results as `tokenizers` in Rust: the library's own steps,
 * except where those differ from it.
 * @param made what the library built for `step`
 */
export function exactNormalizer(step: Step, made: LibraryNormalizer): (text: string) => string {
  switch (step.type) {
    case 'BertNormalizer':
      return (text) => normalizeBert(text, step);
    case 'Lowercase':
      return lowerCase;
    case 'Precompiled':
      return precompiled(String(step.precompiled_charsmap));
    case 'Sequence': {
      const parts = (made.normalizers ?? []).map((part, i) =>
        exactNormalizer((step.normalizers as Step[])[i] ?? step, part),
      );
      return (text) => parts.reduce((result, part) => part(result), text);
    }
    default:
      return (text) => made.normalize(text);
  }
}
