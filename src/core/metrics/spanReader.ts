import { isTagOf, type SpanScheme } from './spanLabels.ts';

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
 * span. The others are seqeval's strict mode, to the letter. `iob2`: only a B- opens a span, and only I- of its type go on
 * with it. `iob1`: an I- opens a span after O or another type, a B- only behind a word of its type; a B- elsewhere opens none.
 * `iobes`: a span is one S-, or a B-, any number of I- and an E- of one type; whatever else is none.
 */
export type SpanMode = 'lenient' | SpanScheme;

/**
 * The spans of each sentence, in order, as seqeval reads them.
 *
 * Lenient takes any string for a tag: its first character for the prefix, and what follows it, or the first `-` after it,
 * for the type (`_` if nothing does). As seqeval reads all sentences as one stream, a tag of a single character that is
 * none of B, I, E, S (`X`, say) opens no span at the start of a sentence after the first: the span then starts where the
 * last one did.
 * @throws RangeError by a scheme, for a tag that starts with none of its prefixes
 */
export function readSpans(sentences: readonly (readonly string[])[], mode: SpanMode): Span[][] {
  if (mode === 'lenient') return readLenient(sentences);
  if (mode === 'iob1') return sentences.map(readIob1);
  return sentences.map((tags) => readStrict(tags, mode));
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

function readIob1(tags: readonly string[]): Span[] {
  const spans: Span[] = [];
  let open: { type: string; start: number } | undefined;
  let previous = OUTSIDE;
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? parseStrict(tags[i], 'iob1') : OUTSIDE;
    const { prefix, type } = tag;
    const same = previous.prefix !== 'O' && previous.type === type;
    if (open === undefined || prefix !== 'I' || type !== open.type) {
      // seqeval does not let a B- end before a B- of another type: that span is lost.
      if (open !== undefined && !(previous.prefix === 'B' && prefix === 'B' && !same))
        spans.push({ ...open, end: i - 1 });
      // An I- that is in no span starts one, behind a B- that opened none too.
      open = prefix === 'I' || (prefix === 'B' && same) ? { type, start: i } : undefined;
    }
    previous = tag;
  }
  return spans;
}

function readStrict(tags: readonly string[], scheme: Exclude<SpanScheme, 'iob1'>): Span[] {
  const spans: Span[] = [];
  let open: { type: string; start: number } | undefined;
  for (let i = 0; i <= tags.length; i++) {
    const { prefix, type } = i < tags.length ? parseStrict(tags[i], scheme) : OUTSIDE;
    const goesOn = open !== undefined && (prefix === 'I' || prefix === 'E') && type === open.type;
    if (goesOn && prefix === 'I') continue;
    // In IOBES a span that does not reach its E- is none.
    if (open !== undefined && (goesOn || scheme === 'iob2')) spans.push({ ...open, end: goesOn ? i : i - 1 });
    if (prefix === 'S') spans.push({ type, start: i, end: i });
    open = prefix === 'B' ? { type, start: i } : undefined;
  }
  return spans;
}

function parseStrict(tag: string, scheme: SpanScheme): Tag {
  if (!isTagOf(tag, scheme)) throw new RangeError(`not a tag of ${scheme}: ${JSON.stringify(tag)}`);
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
