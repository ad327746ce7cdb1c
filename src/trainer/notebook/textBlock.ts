import type { TextBlock } from '../../protocol/notebook.ts';

/** Sentences as a block; none where nothing is said. */
export function textBlock(tone: TextBlock['tone'], lines: readonly string[]): TextBlock[] {
  return lines.length === 0 ? [] : [{ type: 'text', tone, lines }];
}
