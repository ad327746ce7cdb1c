const WIDTH = 160;

/** JSON in which what fits a line stands on one, so that a change of a row is a change of a line. */
export function compactJson(value: unknown, indent = ''): string {
  const whole = JSON.stringify(value) ?? 'null';
  if (indent.length + whole.length <= WIDTH || typeof value !== 'object' || value === null) return whole;
  const inner = `${indent} `;
  if (Array.isArray(value))
    return lines(
      '[',
      value.map((one) => compactJson(one, inner)),
      ']',
      indent,
    );
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return lines(
    '{',
    fields.map(([name, one]) => `${JSON.stringify(name)}: ${compactJson(one, inner)}`),
    '}',
    indent,
  );
}

function lines(open: string, parts: readonly string[], close: string, indent: string): string {
  return `${open}\n${parts.map((part) => `${indent} ${part}`).join(',\n')}\n${indent}${close}`;
}
