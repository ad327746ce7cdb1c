import { type ParseError, parse } from 'jsonc-parser';

/** The line, from 1, on which a text stops being JSON; undefined where it is JSON. Of one that ends too early it is the last one. */
export function jsonErrorLine(text: string): number | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  if (first === undefined) return undefined;
  return text.trimEnd().slice(0, first.offset).split('\n').length;
}
