/** A text as Markdown that shows it as it is: names of files and labels are no markup. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_{}[\]()<>#+!|~$&:-]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

/** A table; `columns` says how each is aligned. Cells are Markdown already. */
export function markdownTable(
  columns: readonly (readonly [heading: string, align: 'left' | 'right'])[],
  rows: readonly (readonly string[])[],
): string {
  return [
    line(columns.map(([heading]) => heading)),
    line(columns.map(([, align]) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** 12.3 % */
export function shareText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
