import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { goLive } from '../trainer/liveRun.ts';
import { stopSpawned } from './stopSpawned.ts';

let folder: string;

beforeEach(() => {
  const place = temporaryFolder();
  folder = join(place, 'run-1');
  vi.stubEnv('SFT_HOME', join(place, 'home'));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function live() {
  const run = await goLive({ folder }, 'run');
  onTestFinished(async () => {
    await run.leave();
    await run.hangUp();
  });
  return run;
}

function supervisor(exitCode: number | null = null) {
  return { kill: vi.fn<(signal?: NodeJS.Signals | number) => boolean>(), exitCode, signalCode: null };
}

describe('a run that this process has started', () => {
  it('is asked to stop where signals would end it at once, as soon as it listens', async () => {
    const child = supervisor();
    const stopping = stopSpawned({ folder, child }, { asks: true });
    const { steering } = await live();
    await stopping;
    expect(steering.signal.aborted).toBe(true);
    expect(child.kill).not.toHaveBeenCalled();
  });

  it('is ended where it does not listen, and left alone where it has ended', async () => {
    const child = supervisor();
    await stopSpawned({ folder, child }, { asks: true, patience: 0 });
    expect(child.kill).toHaveBeenCalledOnce();
    const ended = supervisor(0);
    await stopSpawned({ folder, child: ended }, { asks: true });
    expect(ended.kill).not.toHaveBeenCalled();
  });

  it('gets a signal where there are signals', async () => {
    await live();
    const child = supervisor();
    await stopSpawned({ folder, child }, { asks: false });
    expect(child.kill).toHaveBeenCalledExactlyOnceWith('SIGTERM');
  });
});
