import type { NotebookCell } from '../notebook.ts';
import { staleOutcomes } from '../origin.ts';
import { outcomeHtml } from './blocks.ts';
import { element, escapeHtml } from './escape.ts';
import { markdownHtml } from './markdown.ts';

/** A notebook as a page of its own: no script, nothing that is fetched. */
export function notebookHtml(
  cells: readonly Pick<NotebookCell, 'language' | 'text' | 'outcome'>[],
  title: string,
): string {
  const stale = staleOutcomes(cells);
  const parts = cells.map(({ language, text, outcome }, i) =>
    language === 'markdown'
      ? element('section', markdownHtml(text))
      : element(
          'section',
          `${element('pre', element('code', escapeHtml(text)))}${outcome === undefined ? '' : element('div', outcomeHtml(outcome, stale[i]), `class="output${stale[i] === undefined ? '' : ' old'}"`)}`,
        ),
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${parts.join('\n')}
</main>
</body>
</html>
`;
}

const shades = Array.from(
  { length: 11 },
  (_, i) =>
    `.shade${i}{background:color-mix(in srgb,#2a78b8 ${6 * i}%,transparent)}.below${i}{background:color-mix(in srgb,#d18616 ${6 * i}%,transparent)}`,
).join('');

const style = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}
pre{background:color-mix(in srgb,currentColor 8%,transparent);overflow:auto;padding:.5rem}
table{border-collapse:collapse;display:block;font-variant-numeric:tabular-nums;margin:.75rem 0;overflow-x:auto}
caption{font-weight:600;text-align:left;white-space:nowrap}
th,td{border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent);padding:.15rem .6rem;text-align:left;vertical-align:top}
.output{border-left:3px solid color-mix(in srgb,currentColor 30%,transparent);padding-left:.75rem}
.stale{border:2px solid;font-weight:600;padding:.25rem .5rem}
.bad{color:#b3261e;font-weight:600}.good{color:#146c2e}.warning{font-weight:600}.note,small{opacity:.8}
@media(prefers-color-scheme:dark){.bad{color:#ff9d94}.good{color:#7fd69a}}
.old .good{color:inherit}
.example td,.example th{border:0;padding:0 .4rem}.claims{list-style:none;padding:0}
figure{margin:0}svg{max-width:30rem}svg polyline{fill:none;stroke:currentColor;stroke-width:2}svg line{stroke:currentColor;opacity:.5}svg circle{fill:currentColor}svg text{fill:currentColor;font:11px system-ui,sans-serif}
${shades}`;
