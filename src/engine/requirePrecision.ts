import { userError } from '../core/errors/userError.ts';
import type { Precision } from '../core/precision.ts';
import type { Engine } from './engine.ts';

/** @throws UserError `engine-single` where mixed precision is asked of an engine that has none */
export function requirePrecision(engine: Engine, precision: Precision = 'single'): void {
  if (precision === 'mixed' && engine.halves === 'none')
    throw userError('engine-single', { name: engine.name });
}
