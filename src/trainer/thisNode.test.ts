import { expect, it } from 'vitest';
import { electronNote, isElectron, thisNode } from './thisNode.ts';

it('names the Node that runs', () => {
  expect(isElectron).toBe(false);
  expect(thisNode).toBe(`plain Node ${process.versions.node}`);
});

it("says what the editor's Node may not give, and of no other", () => {
  expect(electronNote(9e9, true)).toMatch(/9\.0 GB.*editor's own Node.*sft\.nodePath/);
  expect(electronNote(7e9, true)).toBeUndefined();
  expect(electronNote(9e9)).toBeUndefined();
});
