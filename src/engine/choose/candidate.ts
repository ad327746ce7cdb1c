import type { EngineName } from '../../core/engineNames.ts';
import type { Engine } from '../engine.ts';

/** Where engines are looked for, beside our own dependencies. */
export interface EnginePlaces {
  /** Folder of engines that the user has had fetched: one a name. */
  readonly engines: string;
}

export interface EngineSetting extends EnginePlaces {
  readonly threads: number;
}

/** What there is of an engine here, by looking alone: nothing native is loaded, so nothing can crash. */
export interface EngineProbe {
  readonly found: boolean;
  /** What was found, or what is missing, in words. */
  readonly words: string;
  /** The one command that brings what is missing; null where nothing is, or no command does. */
  readonly command: string | null;
}

/** A way to compute. */
export interface EngineCandidate {
  readonly name: EngineName;
  /** What it is, for people. */
  readonly title: string;
  /** Whether `auto` may take it for its speed; what is only a last resort is taken where nothing else is. */
  readonly competes: boolean;
  /** Whether it computes on a device with memory of its own. */
  readonly onDevice: boolean;
  readonly probe: (places: EnginePlaces) => Promise<EngineProbe>;
  /** Why it cannot be loaded although it was found; null where it can. Loads it in this process. */
  readonly problem?: () => Promise<string | null>;
  /** Makes the engine; nothing native is loaded before it compiles a program. */
  readonly open: (setting: EngineSetting) => Promise<Engine>;
}

export function here(words: string): EngineProbe {
  return { found: true, words, command: null };
}

export function missing(words: string, command: string | null = null): EngineProbe {
  return { found: false, words, command };
}
