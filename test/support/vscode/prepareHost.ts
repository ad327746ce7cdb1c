import type { TestProject } from 'vitest/node';
import { prepareMachine, type Prepared } from './machine.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    prepared: Prepared;
  }
}

/** Before the tests in the extension host: code-server and a browser, unless VS Code itself is to be used. */
export default async function setup(project: TestProject): Promise<void> {
  const electron = process.env.SFT_HOST === 'electron';
  project.provide('prepared', electron ? { missing: 'code-server is not used' } : await prepareMachine());
}
