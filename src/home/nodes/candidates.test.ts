import { describe, expect, it } from 'vitest';
import { nodeCandidates, type NodeSurroundings } from './candidates.ts';

const plain: NodeSurroundings = {
  execPath: '/opt/node/bin/node',
  electron: undefined,
  path: '/usr/bin:/opt/other',
  platform: 'linux',
};

function order(around: Partial<NodeSurroundings>): string[] {
  return nodeCandidates({ ...plain, ...around }).map(({ path, source }) => `${source} ${path}`);
}

describe('where a Node is looked for', () => {
  it('this one first where it is a plain one, then the PATH in its order', () => {
    expect(order({})).toEqual(['own /opt/node/bin/node', 'path /usr/bin/node', 'path /opt/other/node']);
  });

  it("Electron's comes last", () => {
    expect(order({ electron: '37.1.0', execPath: '/usr/share/code/code' })).toEqual([
      'path /usr/bin/node',
      'path /opt/other/node',
      'editor /usr/share/code/code',
    ]);
  });

  it('the setting before all', () => {
    expect(order({ configured: '/home/me/node' })[0]).toBe('setting /home/me/node');
    expect(order({ configured: '' })[0]).toBe('own /opt/node/bin/node');
  });

  it('never in the current folder', () => {
    expect(order({ path: ':.:bin:./node_modules/.bin:/usr/bin' })).toEqual([
      'own /opt/node/bin/node',
      'path /usr/bin/node',
    ]);
    const windows = { platform: 'win32', execPath: 'C:\\Code\\Code.exe', electron: '37.1.0' } as const;
    expect(order({ ...windows, path: '.;;bin;\\tools;C:bin;"C:\\Program Files\\nodejs";D:\\n' })).toEqual([
      'path C:\\Program Files\\nodejs\\node.exe',
      'path D:\\n\\node.exe',
      'editor C:\\Code\\Code.exe',
    ]);
  });

  it('each once', () => {
    expect(order({ path: '/opt/node/bin:/usr/bin:/usr/bin' })).toEqual([
      'own /opt/node/bin/node',
      'path /usr/bin/node',
    ]);
    expect(order({ path: undefined })).toEqual(['own /opt/node/bin/node']);
  });
});
