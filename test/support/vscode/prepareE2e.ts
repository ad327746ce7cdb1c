import type { TestProject } from 'vitest/node';
import { prepareMachineWithVsix } from './machine.ts';

/** Before the tests in a browser: code-server, the browser, and the extension installed from its VSIX. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { prepared, remove } = await prepareMachineWithVsix();
  project.provide('prepared', prepared);
  return remove;
}
