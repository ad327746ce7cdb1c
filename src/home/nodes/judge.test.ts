import { assert, json, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeProbe, nodeWords, readFacts, type NodeFacts } from './judge.ts';

const facts: NodeFacts = {
  version: '24.21.0',
  electron: null,
  execPath: '/usr/bin/node',
  engineError: null,
  sharedMemory: true,
};

describe('whether a Node can train', () => {
  it('from 20.11 on, if the engine computes there', () => {
    expect(judgeProbe({ facts })).toEqual({ works: true, facts });
    expect(judgeProbe({ facts: { ...facts, version: '20.11.0' } }).works).toBe(true);
    expect(judgeProbe({ facts: { ...facts, version: '20.10.0' } })).toMatchObject({ works: false });
    expect(judgeProbe({ facts: { ...facts, version: '18.20.8' } })).toEqual({
      works: false,
      reason: 'it is Node 18.20.8, and 20.11 or newer is needed',
    });
    expect(judgeProbe({ facts: { ...facts, engineError: 'no such library', wasm: true } })).toMatchObject({
      works: true,
    });
    expect(judgeProbe({ facts: { ...facts, engineError: 'no such library' } })).toEqual({
      works: false,
      reason: 'it cannot load the engine: no such library',
    });
    expect(judgeProbe({ failure: 'it is not there' })).toEqual({ works: false, reason: 'it is not there' });
  });

  it('has words for people', () => {
    expect(nodeWords(facts)).toBe('plain Node 24.21.0');
    expect(nodeWords({ version: '22.1.0', electron: '37.0.0' })).toBe("Electron's Node 22.1.0");
  });

  it('reads what a probe printed, after whatever a wrapper printed before', () => {
    expect(readFacts(`Now using node v24\n${JSON.stringify(facts)}\n`)).toEqual(facts);
    for (const text of ['', 'hello', '{}', 'null', JSON.stringify({ ...facts, version: 'v24' })])
      expect(readFacts(text)).toBeUndefined();
  });

  it('takes any output for what it is', () => {
    assert(
      property(oneof(string(), json()), (text) => {
        expect(readFacts(text)).toBeUndefined();
      }),
    );
  });
});
