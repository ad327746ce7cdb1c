import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface NotedSession {
  /** Folder of bundles, for `newSession`. */
  readonly folder: string;
  /** Its processes, in the order in which they were started. */
  readonly pids: () => number[];
}

/** A session's bundle that notes its processes. `folder` is where it may write, `dist` that of our bundles. */
export function notedSession(folder: string, dist: string): NotedSession {
  const pids = join(folder, 'pids');
  const bundle = pathToFileURL(join(dist, 'session.js')).href;
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'session.js'),
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');
await import(${JSON.stringify(bundle)});
`,
  );
  return {
    folder,
    pids: () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []),
  };
}
