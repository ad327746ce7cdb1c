import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';
import { compiledEngine } from '../../src/engine/compiled/compiledEngine.ts';
import { eagerEngine } from '../../src/engine/eager/eagerEngine.ts';
import type { Engine } from '../../src/engine/engine.ts';

// Otherwise TensorFlow.js advertises its native backend on the error stream.
Reflect.set(findBackend('cpu'), 'firstUse', false);

/** Every engine that can run here; the eager one on TensorFlow.js' plain JavaScript backend. */
export const engines: readonly Engine[] = [compiledEngine({ threads: 2 }), eagerEngine('cpu')];
