/** A labelled stretch of words in a sentence. */
export interface Span {
  readonly type: string;
  /** Index of the first word. Below 0 only where seqeval's lenient reading misses a start (see `readSpans`). */
  readonly start: number;
  /** Index of the last word. */
  readonly end: number;
}

/**
 * How tags are read. `lenient`: seqeval's default, that of conlleval: an I- without its B-, or of another type, opens a
 * span. `strict`: IOB2 to the letter: only a B- opens a span, and only I- of its type go on with it.
 */
export type SpanMode = 'lenient' | 'strict';

/**
 * The spans of each sentence, in order, as seqeval reads them.
 *
 * Lenient takes any string for a tag: its first character for the prefix, and what follows it, or the first `-` after it,
 * for the type (`_` if nothing does). As seqeval reads all sentences as one stream, a tag of a single character that is
 * none of B, I, E, S (`X`, say) opens no span at the start of a sentence after the first: the span then starts where the
 * last one did.
 * @throws RangeError in strict mode, for a tag that starts with none of O, B, I
 */
export function readSpans(sentences: readonly (readonly string[])[], mode: SpanMode): Span[][] {
  return mode === 'strict' ? sentences.map(readStrict) : readLenient(sentences);
}

interface Tag {
  readonly prefix: string;
  readonly type: string;
}

const OUTSIDE: Tag = { prefix: 'O', type: '_' };

function readLenient(sentences: readonly (readonly string[])[]): Span[][] {
  const parse = remember(parseLenient);
  let previous: Tag = { prefix: 'O', type: '' };
  let start = 0;
  return sentences.map((tags) => {
    const spans: Span[] = [];
    // Each sentence is closed by an O, which takes a place in the stream.
    for (let i = 0; i <= tags.length; i++) {
      const tag = i < tags.length ? parse(tags[i]) : OUTSIDE;
      if (endsBefore(previous, tag)) spans.push({ type: previous.type, start, end: i - 1 });
      if (startsAt(previous, tag)) start = i;
      previous = tag;
    }
    start -= tags.length + 1;
    return spans;
  });
}

function parseLenient(tag: string): Tag {
  const [prefix = 'O', ...rest] = tag;
  const type = rest.join('');
  return { prefix, type: type.slice(type.indexOf('-') + 1) || '_' };
}

/** Whether a span that `previous` is in ends there. */
function endsBefore(previous: Tag, tag: Tag): boolean {
  if (isOneOf('ES', previous)) return true;
  if (isOneOf('BI', previous) && isOneOf('BSO', tag)) return true;
  return !isOneOf('O.', previous) && previous.type !== tag.type;
}

/** Whether a span starts at `tag`. */
function startsAt(previous: Tag, tag: Tag): boolean {
  if (isOneOf('BS', tag)) return true;
  if (isOneOf('IE', tag) && isOneOf('ESO', previous)) return true;
  return !isOneOf('O.', tag) && previous.type !== tag.type;
}

function isOneOf(prefixes: string, { prefix }: Tag): boolean {
  return prefixes.includes(prefix);
}

function readStrict(tags: readonly string[]): Span[] {
  const spans: Span[] = [];
  let open: { type: string; start: number } | undefined;
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? parseStrict(tags[i]) : OUTSIDE;
    if (open !== undefined && tag.prefix === 'I' && tag.type === open.type) continue;
    if (open !== undefined) spans.push({ ...open, end: i - 1 });
    open = tag.prefix === 'B' ? { type: tag.type, start: i } : undefined;
  }
  return spans;
}

function parseStrict(tag: string): Tag {
  if (!/^[OBI]/.test(tag)) throw new RangeError(`not a tag of IOB2: ${JSON.stringify(tag)}`);
  return { prefix: tag[0], type: tag.slice(1).replace(/^-+|-+$/g, '') || '_' };
}

function remember<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
