/** A text as one word of a command line: as it is where no shell would take it for something else. */
export function shellQuoted(text: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text) && (platform === 'win32' || !text.includes('\\'))) return text;
  if (platform === 'win32') return `"${text.replaceAll('"', '\\"')}"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
