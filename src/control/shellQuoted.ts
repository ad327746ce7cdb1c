/**
 * A text as one word of a command line: as it is where no shell would take it for something else. On Windows in double quotes as long as
 * PowerShell and cmd.exe both take it for itself then; else as PowerShell, the usual shell there, takes it for nothing but itself.
 */
export function shellQuoted(text: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    if (/^[\w+:./\\-]+$/.test(text)) return text;
    return /[$`"%!\u2018-\u201f]/.test(text) || text === ''
      ? `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`
      : `"${text}"`;
  }
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
