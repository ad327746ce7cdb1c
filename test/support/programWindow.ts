import { join, resolve } from 'node:path';
import { newPrograms, type Programs } from '../../src/extension/programs/programs.ts';
import { newSession } from '../../src/extension/programs/session.ts';
import type { Window } from '../../src/extension/window.ts';
import { homePaths } from '../../src/home/home.ts';

const dist = resolve(import.meta.dirname, '../../dist');

/** What commands of a window work with, as far as they ask our programs. */
export interface ProgramWindow {
  readonly window: Window;
  /** Arguments of every command of `sft` that was run. */
  readonly ran: (readonly string[])[];
  /** What the output channel was told. */
  readonly logged: string[];
  /** What the window's programs do in place of our own; the real ones again where it is undefined. */
  instead: ((...args: Parameters<Programs['sft']>) => Promise<unknown>) | undefined;
  /** Gives the extension another manifest. */
  manifest(manifest: object): void;
  /** Ends its programs. */
  end(): void;
}

/** A window without an editor: commands ask our real programs, whose SFT_HOME and Hub cache are in `folder`. */
export function programWindow(folder: string): ProgramWindow {
  const own = { SFT_HOME: join(folder, '.sft-home'), HF_HOME: join(folder, 'hf') };
  const before = Object.keys(own).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, own);
  const programs = newPrograms(dist, async () => ({
    path: process.execPath,
    version: process.versions.node,
    source: 'path',
    words: 'Node',
    electron: false,
  }));
  const session = newSession(dist, () => undefined);
  const ran: (readonly string[])[] = [];
  const logged: string[] = [];
  const extension = { id: 'publisher.extension', packageJSON: {} };
  const made: ProgramWindow = {
    ran,
    logged,
    instead: undefined,
    window: {
      views: { selection: () => [], refresh: async () => undefined },
      services: {
        context: { extension },
        home: homePaths(),
        log: { info: (line: string) => void logged.push(line), warn() {}, debug() {}, show() {} },
        session: async () => session,
        programs: async () => ({
          ...programs,
          sft(args: readonly string[], options = {}) {
            ran.push(args);
            return made.instead === undefined ? programs.sft(args, options) : made.instead(args, options);
          },
        }),
      },
    } as unknown as Window,
    manifest(manifest) {
      extension.packageJSON = manifest;
    },
    end() {
      session.dispose();
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
  return made;
}
