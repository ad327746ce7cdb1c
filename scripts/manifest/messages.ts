import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message in code: the first argument of `vscode.l10n.t`, or of the `t` that is handed to what must not import vscode. */
const call =
  /(?<![\w.])(?:vscode\.l10n\.|l10n\.|voice\.)?t\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/g;

/** The messages in a source text, as they read when it runs. */
export function messagesIn(source: string): string[] {
  return [...source.matchAll(call)].map(([, single, double]) => unescaped(single ?? double ?? ''));
}

/** Every message of the extension's host, each as its own translation: what a translator starts from. */
export function messages(repository: string): Record<string, string> {
  const folder = join(repository, 'src/extension');
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  const found = files.flatMap((file) => messagesIn(readFileSync(join(folder, file), 'utf8')));
  return Object.fromEntries([...new Set(found)].toSorted().map((message) => [message, message]));
}

function unescaped(literal: string): string {
  return literal.replaceAll(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code: string | undefined, one: string) =>
    code === undefined ? (one === 'n' ? '\n' : one) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
