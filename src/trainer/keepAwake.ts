import { spawn, type ChildProcess } from 'node:child_process';
import { systemCode } from '../formats/fileErrors.ts';
import type { LiveStatus } from '../protocol/liveRun.ts';

/** Keeps the computer from going to sleep while a run computes. */
export interface KeepAwake {
  /** Takes in what the run does now: one that is queued or paused may sleep. */
  readonly follow: (status: LiveStatus) => void;
  /** Lets the computer sleep again. */
  end(): void;
}

export interface KeepAwakeOptions {
  /** Told in one line that it cannot be done here, and why; at most once. */
  readonly say: (line: string) => void;
  readonly platform?: NodeJS.Platform;
}

/** A program that holds off sleep for as long as it runs. */
export interface Holder {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Neither may stay behind when the run is killed: caffeinate watches the run's process, and `cat` ends with its input,
 * which is a pipe of ours.
 */
export function holderFor(platform: NodeJS.Platform, pid: number): Holder | undefined {
  if (platform === 'darwin') return { program: 'caffeinate', args: ['-i', '-w', String(pid)] };
  if (platform === 'linux') {
    const words = ['--what=sleep:idle', '--who=SFT Studio', '--why=A run computes', '--mode=block'];
    return { program: 'systemd-inhibit', args: [...words, 'cat'] };
  }
  return undefined;
}

/** Starts nothing before the run computes. */
export function newKeepAwake({ say, platform = process.platform }: KeepAwakeOptions): KeepAwake {
  const holder = holderFor(platform, process.pid);
  let held: ChildProcess | undefined;
  let hopeless = false;

  const giveUp = (reason: string): void => {
    if (!hopeless) say(`The computer cannot be kept awake: ${reason}.`);
    hopeless = true;
  };
  const hold = ({ program, args }: Holder): void => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    held = child;
    const ended = (reason: string): void => {
      if (held !== child) return; // we ended it ourselves
      held = undefined;
      giveUp(reason);
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-500);
    });
    child.stdin.on('error', () => undefined); // it has gone, which is told below
    child.once('error', (error) =>
      ended(systemCode(error) === 'ENOENT' ? `${program} is not installed` : error.message),
    );
    child.once('close', () => ended(`${program} ended. ${said.trim()}`.trim().replace(/\.$/, '')));
  };
  const release = (): void => {
    const child = held;
    held = undefined;
    child?.stdin?.end();
    child?.kill();
  };
  return {
    follow(status) {
      if (status === 'queued' || status === 'paused') release();
      else if (status === 'running' && held === undefined && !hopeless) {
        if (holder === undefined) giveUp(`that is not known how on ${platform}`);
        else hold(holder);
      }
    },
    end: release,
  };
}
