import { describe, expect, it } from 'vitest';
import { doctorReport, engineProblemKind, type DoctorFacts } from './doctor.ts';

const facts: DoctorFacts = {
  version: 1,
  sft: '0.1.0',
  node: { words: 'plain Node 24.21.0', path: '/home/maria/bin/node' },
  system: { platform: 'linux', arch: 'x64', release: '6.1.0-marias-laptop', libc: 'glibc 2.36' },
  processor: { model: 'Some Processor', cores: 8, threads: 8 },
  memory: { free: 4e9, total: 16e9 },
  engine: {
    version: '1.30.0',
    problem: '/home/maria klein/libonnxruntime.so.1: file too short',
    problemWords: 'cannot be loaded',
    sharedMemory: false,
    flopsPerSecond: null,
  },
  engines: [
    {
      name: 'webgpu',
      title: 'ONNX Runtime',
      words: 'here',
      found: true,
      command: null,
      problem: 'maria has no card',
      flopsPerSecond: null,
    },
  ],
  home: { path: '/home/maria/.sft', given: true, writable: false, freeDisk: 1e9 },
  nodes: [
    {
      path: 'C:\\Users\\Maria\\node.exe',
      source: 'path',
      words: null,
      problem: 'it said: hello Maria',
      chosen: false,
    },
    { path: '/usr/bin/node', source: 'own', words: 'plain Node 24.21.0', problem: null, chosen: true },
  ],
  liveRuns: 1,
  problems: [{ what: 'SFT_HOME cannot be written: /home/maria/.sft.', advice: 'Ask Maria.' }],
};

describe('the text for a bug report', () => {
  it('tells versions and numbers', () => {
    const report = doctorReport(facts);
    expect(report).toContain('SFT Studio 0.1.0 on plain Node 24.21.0');
    expect(report).toContain('linux x64 6.1.0 glibc 2.36');
    expect(report).toContain('ONNX Runtime 1.30.0: cannot be loaded');
    expect(report).toContain('NOT writable');
    expect(report).toContain('engines: webgpu does not work');
  });

  it('holds no path, no name, and nothing that another program said', () => {
    const report = doctorReport(facts);
    expect(report).not.toMatch(/maria|klein|laptop|hello|[\\/](home|usr|Users)/i);
  });
});

describe('an engine that does not load', () => {
  it.each([
    ["Cannot find package 'onnxruntime-node' imported from /x/dist/cli.js", 'is not installed', /npm ci/],
    [
      'libstdc++.so.6: cannot open shared object file: No such file or directory',
      'lacks the system library libstdc++',
      /apt-get install libstdc\+\+6/,
    ],
    [
      "/lib64/libm.so.6: version `GLIBC_2.34' not found (required by /x/libonnxruntime.so.1)",
      'needs a newer system library (GLIBC_2.34)',
      /container/,
    ],
    ['something else', 'cannot be loaded', /anew/],
  ])('%s', (problem, words, advice) => {
    const kind = engineProblemKind(problem);
    expect(kind.words).toBe(words);
    expect(kind.advice).toMatch(advice);
  });
});
