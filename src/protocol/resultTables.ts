import { examplesText, resultName, type ResultRecord } from './results.ts';

const csvHeading =
  'date sfts rule base data role tuned metric value low high examples of units data_sha256 sft_hashes'.split(
    ' ',
  );

/** Results as CSV (RFC 4180), full precision, a heading first. */
export function resultsCsv(results: readonly ResultRecord[]): string {
  const rows = results.map((result) => {
    const { date, rule, base, data, role, tuned, metric, value, low, high, examples, of, units, sfts } =
      result;
    const hashes = sfts.map(({ hash }) => hash).join(' ');
    const said = [
      date,
      resultName({ ...result, rule: undefined }),
      rule,
      base.name,
      data.file,
      role ?? '',
      tuned,
      metric,
    ];
    return [...said, value ?? '', low ?? '', high ?? '', examples, of, units, data.sha256, hashes];
  });
  return [csvHeading, ...rows].map((row) => row.map((cell) => csvCell(String(cell))).join(',')).join('\n');
}

/** Results as a `tabular` of LaTeX with booktabs' rules: fractions in percent, intervals in brackets. */
export function resultsLatex(results: readonly ResultRecord[]): string {
  const rows = results.map((result) => {
    const { base, data, metric, value, low, high, tuned } = result;
    const show = (x: number | null) => (x === null ? '--' : shown(metric, x));
    const file = data.file.split(/[/\\]/).at(-1) ?? '';
    const mark = tuned ? '$^\\dagger$' : '';
    const cells = [resultName(result), base.name, file, metric].map(latexText);
    const figures = [`${show(value)}${mark}`, `[${show(low)}, ${show(high)}]`, examplesText(result)];
    return `${[...cells, ...figures].join(' & ')} \\\\`;
  });
  return [
    '\\begin{tabular}{llllrlr}',
    '\\toprule',
    'SFTs & base & data & metric & value & 95\\,\\% interval & examples \\\\',
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    ...(results.some(({ tuned }) => tuned) ? ['% \\dagger: coefficients were tuned on this file'] : []),
  ].join('\n');
}

function shown(metric: string, value: number): string {
  return metric === 'loss' || metric === 'perplexity' ? value.toFixed(2) : (100 * value).toFixed(1);
}

/** A spreadsheet must not take a name for a formula. */
function csvCell(text: string): string {
  const safe = /^[=+@]/.test(text) || /^-[^\d.]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const latexSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function latexText(text: string): string {
  return text.replace(/[\\~^]|[&%$#_{}]/g, (sign) => latexSigns[sign] ?? `\\${sign}`);
}
