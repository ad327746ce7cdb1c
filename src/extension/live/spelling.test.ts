import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windowSpelling } from './spelling.ts';

const same = (path: string) => path;

describe('windowSpelling', () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'sft-spelling-')));
  const disk = join(top, 'disk');
  const link = join(top, 'project');
  mkdirSync(join(disk, 'runs/pos-1'), { recursive: true });
  symlinkSync(disk, link, 'junction');

  it('writes a path of a linked workspace as the window does', () => {
    expect(windowSpelling(join(disk, 'runs/pos-1'), [link])).toBe(join(link, 'runs/pos-1'));
    expect(windowSpelling(disk, [link])).toBe(link);
  });

  it('writes a path through a link as the window does that was opened where it leads', () => {
    expect(windowSpelling(join(link, 'runs/pos-1'), [disk])).toBe(join(disk, 'runs/pos-1'));
  });

  it('writes a drive and folders as the window does where case does not matter', () => {
    expect(windowSpelling('/C/Proj/runs/Pos-1', ['/c/proj'], same, true)).toBe(
      resolve('/c/proj', 'runs/Pos-1'),
    );
    expect(windowSpelling('/C/proj', ['/c/proj'], same, true)).toBe(resolve('/c/proj'));
    expect(windowSpelling('/C/project/runs', ['/c/proj'], same, true)).toBe('/C/project/runs');
    expect(windowSpelling('/C/Proj/runs', ['/c/proj'], same, false)).toBe('/C/Proj/runs');
  });

  it('leaves what is elsewhere, what is written so already, and what is not there', () => {
    expect(windowSpelling(top, [link])).toBe(top);
    expect(windowSpelling(join(disk, 'runs/pos-1'), [link, disk])).toBe(join(disk, 'runs/pos-1'));
    expect(windowSpelling(join(top, 'gone/run'), [link])).toBe(join(top, 'gone/run'));
    expect(windowSpelling(`${disk}-2/run`, [link])).toBe(`${disk}-2/run`);
  });
});
