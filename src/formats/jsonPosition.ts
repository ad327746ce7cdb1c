/** Names of fields and numbers of elements, from the outside in. */
export type JsonPath = readonly (string | number)[];

/**
 * Where in a JSON text the value at a path begins, or, where there is none, the innermost one around it that there is.
 * @param text JSON that has been parsed
 */
export function jsonPosition(text: string, path: JsonPath): number {
  let at = skipSpace(text, 0);
  for (const step of path) {
    const inner = typeof step === 'number' ? elementAt(text, at, step) : fieldAt(text, at, step);
    if (inner === undefined) break;
    at = inner;
  }
  return at;
}

function elementAt(text: string, start: number, wanted: number): number | undefined {
  if (text[start] !== '[') return undefined;
  let at = skipSpace(text, start + 1);
  for (let i = 0; at < text.length && text[at] !== ']'; i++) {
    if (i === wanted) return at;
    at = afterComma(text, valueEnd(text, at));
  }
  return undefined;
}

function fieldAt(text: string, start: number, wanted: string): number | undefined {
  if (text[start] !== '{') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, start + 1);
  while (at < text.length && text[at] !== '}') {
    const end = stringEnd(text, at);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    // Of fields with the same name the last one counts.
    if (JSON.parse(text.slice(at, end)) === wanted) found = value;
    at = afterComma(text, valueEnd(text, value));
  }
  return found;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (' \t\n\r'.includes(text[at] ?? '.')) at++;
  return at;
}

function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text[at] === ',' ? skipSpace(text, at + 1) : at;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function valueEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const unit = text[at];
    if (unit === '"') {
      at = stringEnd(text, at);
      if (depth === 0) return at;
    } else if (unit === '{' || unit === '[') {
      depth++;
      at++;
    } else if (unit === '}' || unit === ']') {
      if (depth === 0) return at;
      depth--;
      at++;
      if (depth === 0) return at;
    } else if (depth === 0 && ', \t\n\r'.includes(unit)) return at;
    else at++;
  }
  return at;
}
