import { blank, type Entry, type Group, group, indentAt, lineEnd, maxDepth } from './outlineNodes.ts';
import { endsKey, isComment, plainEnd, quotedEnd, scalar } from './tokens.ts';

/** A flow collection as far as it is written. */
export interface FlowScan {
  readonly group: Group;
  readonly closed: boolean;
  /** After the closing bracket, or where the next line starts that cannot belong to it. */
  readonly end: number;
}

/**
 * Reads `{ ... }` or `[ ... ]` from its bracket at `start`. One that is not closed ends before the first line that
 * is indented no further than `indent`, the indentation of the line on which it starts.
 */
export function scanFlow(text: string, start: number, indent: number): FlowScan {
  const outermost = open(text, start);
  const holders: Group[] = [outermost];
  let pending: Entry | undefined; // the key whose value comes next
  let skipped = 0; // brackets that lie too deep
  let at = start + 1;

  const put = (value: NonNullable<Entry['value']>): void => {
    if (pending === undefined) {
      holders.at(-1)?.entries.push({ key: undefined, value, start: value.span[0] });
    } else pending.value = value;
    pending = undefined;
  };

  while (at < text.length) {
    const c = text[at];
    if (c === '\n') {
      const inner = indentAt(text, at + 1);
      const first = text[at + 1 + inner];
      if (inner <= indent && !blank(first) && !'}]'.includes(first)) return finish(at + 1, false);
      at++;
    } else if (blank(c)) {
      at++;
    } else if (isComment(text, at)) {
      at = lineEnd(text, at);
    } else if (c === ',') {
      pending = undefined;
      at++;
    } else if (c === '{' || c === '[') {
      if (holders.length < maxDepth) {
        const inner = open(text, at);
        put(inner);
        holders.push(inner);
      } else skipped++;
      at++;
    } else if (c === '}' || c === ']') {
      at++;
      pending = undefined;
      if (skipped > 0) skipped--;
      else {
        const closing = holders.pop();
        if (closing !== undefined) closing.span = [closing.span[0], at];
        if (holders.length === 0) return { group: outermost, closed: true, end: at };
      }
    } else at = word(at);
  }
  return finish(text.length, false);

  function word(from: number): number {
    const first = text[from];
    const quote = first === '"' || first === "'" ? first : '';
    const end = quote === '' ? plainEnd(text, from, text.length, 'flow') : quotedEnd(text, from, indent);
    const found = scalar(text, [from, end], quote);
    let colon = end;
    while (text[colon] === ' ' || text[colon] === '\t') colon++;
    if (text[colon] === ':' && (quote !== '' || endsKey(text[colon + 1]))) {
      const entry: Entry = { key: found, value: undefined, start: from };
      holders.at(-1)?.entries.push(entry);
      pending = entry;
      return colon + 1;
    }
    put(found);
    return Math.max(end, from + 1);
  }

  function finish(end: number, closed: boolean): FlowScan {
    for (const holder of holders) holder.span = [holder.span[0], end];
    return { group: outermost, closed, end };
  }
}

function open(text: string, at: number): Group {
  return group(text[at] === '{' ? 'group' : 'list', 'flow', [at, at + 1]);
}
