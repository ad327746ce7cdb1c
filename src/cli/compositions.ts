import { statSync } from 'node:fs';
import { parseSftReference, type SftReference } from '../recipe/sftReference.ts';
import { sftFile } from './values.ts';

/**
 * Reads `a.sft+b.sft@0.7`: SFTs that are added up. A plus sign within a file's name belongs to it if there is such a file.
 * `base` alone is the base as it is.
 */
export function parseComposition(text: string, exists = isThere): SftReference[] {
  if (text.trim() === 'base') return [];
  const references: SftReference[] = [];
  const pieces = text.split('+');
  while (pieces.length > 0) {
    const length = pieces.findIndex((_, i) => exists(reference(pieces, i + 1).sft)) + 1;
    const { sft, coefficient } = reference(pieces, Math.max(1, length));
    references.push({ sft: sftFile(sft), coefficient });
    pieces.splice(0, Math.max(1, length));
  }
  return references;
}

/** The models of one system, one a seed: compositions with `|` between them. */
export function parseSystem(text: string): SftReference[][] {
  return text.split('|').map((part) => parseComposition(part.trim()));
}

function reference(pieces: readonly string[], count: number): SftReference {
  return parseSftReference(pieces.slice(0, count).join('+').trim());
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
