/** Makes the demo workspace (base model, data, recipes) in a folder, without the engine: node dist/demoWorkspace.js FOLDER */
import { join } from 'node:path';
import { settings } from './settings.ts';
import { makeWorkspace } from './workspace.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Give the folder to make: node dist/demoWorkspace.js FOLDER\n');
  process.exitCode = 2;
} else {
  makeWorkspace(settings.world, join(import.meta.dirname, '..', 'demo', 'base'), folder);
}
