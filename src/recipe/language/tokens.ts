import { blank, indentAt, lineEnd, type Scalar, type Span } from './outlineNodes.ts';

/** Stands for the cursor in a text. A word ends with it if a blank follows. From the Unicode area for private use. */
export const cursorMark = '\uE000';

/** Whether a comment starts here. */
export function isComment(text: string, at: number): boolean {
  return text[at] === '#' && (at === 0 || blank(text[at - 1]));
}

/** A scalar from what stands at a span. */
export function scalar(text: string, span: Span, quote: '' | '"' | "'"): Scalar {
  const [start, end] = span;
  if (quote === '') return { type: 'scalar', span, text: text.slice(start, end), quote };
  const closed = end > start + 1 && text[end - 1] === quote;
  const inner = text.slice(start + 1, closed ? end - 1 : end);
  const lines = inner.indexOf('\n');
  return { type: 'scalar', span, text: lines < 0 ? inner : inner.slice(0, lines), quote };
}

/** The key that stands at `at` on a line that ends at `end`, and the offset after its colon. */
export function keyAt(
  text: string,
  at: number,
  end: number,
): { readonly scalar: Scalar; readonly after: number } | undefined {
  const quote = text[at];
  if (quote === '"' || quote === "'") {
    const close = quotedEnd(text, at, Infinity);
    let colon = close;
    while (colon < end && blank(text[colon])) colon++;
    if (text[colon] !== ':' || !blank(text[colon + 1])) return undefined;
    return { scalar: scalar(text, [at, close], quote), after: colon + 1 };
  }
  if ('[{|>#'.includes(quote)) return undefined;
  const close = plainEnd(text, at, end, 'block');
  const colon = colonIn(text, at, close);
  if (colon === undefined) return undefined;
  let last = colon;
  while (last > at && blank(text[last - 1])) last--;
  return last === at ? undefined : { scalar: scalar(text, [at, last], ''), after: colon + 1 };
}

function colonIn(text: string, start: number, end: number): number | undefined {
  for (let at = text.indexOf(':', start); at >= 0 && at < end; at = text.indexOf(':', at + 1)) {
    if (at + 1 >= end || blank(text[at + 1])) return at;
  }
  return undefined;
}

/**
 * The end of an unquoted word or text on its line, without blanks after it. In a flow collection it also ends
 * before brackets, commas and a colon that ends a key.
 */
export function plainEnd(text: string, start: number, end: number, style: 'block' | 'flow'): number {
  let at = start;
  let last = start;
  while (at < end) {
    const c = text[at];
    if (c === '\n' || (isComment(text, at) && at > start)) break;
    if (style === 'flow' && (',[]{}'.includes(c) || (c === ':' && endsKey(text[at + 1])))) break;
    at++;
    if (!blank(c)) last = at;
    if (c === cursorMark && blank(text[at])) break;
  }
  return last;
}

/** Whether a colon before this character ends a key of a flow collection. */
export function endsKey(next: string | undefined): boolean {
  return next === undefined || blank(next) || ',[]{}'.includes(next);
}

/**
 * The end of a quoted text, after its closing quote. One that is not closed ends with its line, or before the first
 * line that is not indented further than `indent`.
 */
export function quotedEnd(text: string, start: number, indent: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at];
    if (c === '\\' && quote === '"') at++;
    else if (c === quote && quote === "'" && text[at + 1] === "'") at++;
    else if (c === quote) return at + 1;
    else if (c === '\n') {
      const inner = indentAt(text, at + 1);
      if (inner <= indent && !blank(text[at + 1 + inner])) break;
    }
  }
  return lineEnd(text, start);
}
