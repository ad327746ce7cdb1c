/** What a snippet is when its places are left as they are: defaults, first choices, repeated values. */
export function expandSnippet(snippet: string): string {
  const values = new Map<string, string>();
  let at = 0;
  const read = (until: string): string => {
    let text = '';
    while (at < snippet.length && snippet[at] !== until) {
      const place = /^\$(?:(\d+)|\{(\d+)(?:([:|])|\}))/.exec(snippet.slice(at));
      if (snippet[at] === '\\') {
        text += snippet[at + 1];
        at += 2;
      } else if (place === null) text += snippet[at++];
      else {
        at += place[0].length;
        const name = place[1] ?? place[2];
        if (place[3] === ':') {
          values.set(name, read('}'));
          at++;
        } else if (place[3] === '|') {
          const [choices] = /^(?:\\.|[^|])*/.exec(snippet.slice(at)) ?? [''];
          at += choices.length + 2;
          values.set(name, (/^(?:\\.|[^,])*/.exec(choices) ?? [''])[0].replaceAll(/\\(.)/g, '$1'));
        }
        text += `\0${name}\0`;
      }
    }
    return text;
  };
  let text = read('');
  while (/\0\d+\0/.test(text))
    text = text.replaceAll(/\0(\d+)\0/g, (_, name: string) => values.get(name) ?? '');
  return text;
}

/** A text after an editor has inserted a snippet: tabs are levels, further lines are indented as the first. */
export function insertSnippet(
  text: string,
  [start, end]: readonly [number, number],
  snippet: string,
): string {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const inserted = expandSnippet(snippet).replaceAll('\t', '  ').replaceAll('\n', `\n${indent}`);
  return text.slice(0, start) + inserted + text.slice(end);
}
