import { element, escapeHtml } from './escape.ts';

/**
 * Markdown as HTML, as far as notes of a notebook need it: headings, paragraphs, lists, quotes, code, tables, emphasis, links. HTML in it
 * is shown as text, and only links of the web are links.
 */
export function markdownHtml(text: string): string {
  const lines = text.split('\n');
  const parts: string[] = [];
  let at = 0;
  /** The lines from here on that fit. */
  const take = (fits: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at < lines.length && fits(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,6})\s+(.*)$/s.exec(line);
    if (line.trim() === '') at++;
    else if (heading !== null) {
      at++;
      parts.push(element(`h${heading[1].length}`, inline(heading[2])));
    } else if (line.startsWith('```')) {
      at++;
      const code = take((one) => !one.startsWith('```'));
      at++;
      parts.push(element('pre', element('code', escapeHtml(code.join('\n')))));
    } else if (/^\s*([-*]|\d+\.)\s/.test(line)) {
      const items = take((one) => /^\s*([-*]|\d+\.)\s/.test(one));
      const list = /^\s*\d/.test(line) ? 'ol' : 'ul';
      parts.push(
        element(list, items.map((one) => element('li', inline(one.replace(/^\s*\S+\s+/, '')))).join('')),
      );
    } else if (line.startsWith('>')) {
      const quoted = take((one) => one.startsWith('>')).map((one) => one.replace(/^>\s?/, ''));
      parts.push(element('blockquote', element('p', inline(quoted.join(' ')))));
    } else if (line.startsWith('|')) parts.push(tableHtml(take((one) => one.startsWith('|'))));
    else parts.push(element('p', inline(take(isParagraph).join(' '))));
  }
  return parts.join('\n');
}

function isParagraph(line: string): boolean {
  return line.trim() !== '' && !/^(#{1,6}\s|```|>|\||\s*([-*]|\d+\.)\s)/.test(line);
}

function tableHtml(lines: readonly string[]): string {
  const rows = lines
    .filter((line) => !/^\|[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .replace(/^\||\|\s*$/g, '')
        .split('|')
        .map((cell) => cell.trim()),
    );
  const [head = [], ...body] = rows;
  return element(
    'table',
    element('thead', rowHtml(head, 'th')) +
      element('tbody', body.map((cells) => rowHtml(cells, 'td')).join('')),
  );
}

function rowHtml(cells: readonly string[], name: string): string {
  return element('tr', cells.map((cell) => element(name, inline(cell))).join(''));
}

/** Emphasis, code and links of a line. */
function inline(text: string): string {
  // Code is taken out first, so that nothing in it is read as emphasis.
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.length > 2 && part.startsWith('`') && part.endsWith('`')
        ? element('code', escapeHtml(part.slice(1, -1)))
        : emphasised(escapeHtml(part)),
    )
    .join('');
}

/** A star in an address is no emphasis, and may as well be written so. */
function link(_: string, text: string, address: string): string {
  return `<a href="${address.replaceAll('*', '%2A')}" rel="noopener">${text}</a>`;
}

function emphasised(html: string): string {
  return html
    .replaceAll(/\[([^\][]+)\]\((https?:\/\/[^\s)]+)\)/g, link)
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\*([^*\s][^*]*)\*/g, '<em>$1</em>');
}
