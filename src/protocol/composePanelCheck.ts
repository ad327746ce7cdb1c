import {
  boundedCoefficient,
  type ComposeRow,
  type ComposeSetting,
  compositionRules,
  type NamedSetting,
  type SweepAxis,
} from './compose.ts';
import { composeActions, type FromCompose } from './composePanel.ts';
import { checkSave } from './savedExport.ts';

/** More rows, and a page would be no bench. */
const mostRows = 100;
const mostUris = 100;

/** A message from a page of a compose bench, if it is one: webviews are not trusted. */
export function checkFromCompose(value: unknown): FromCompose | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'ready':
      return { type: 'ready' };
    case 'setting': {
      const setting = checkSetting(value.setting);
      const { isMoving, seen } = value;
      return setting && typeof isMoving === 'boolean' && typeof seen === 'number'
        ? { type: 'setting', setting, isMoving, seen }
        : undefined;
    }
    case 'reference': {
      if (value.reference === null) return { type: 'reference', reference: null };
      const reference = checkNamed(value.reference);
      return reference && { type: 'reference', reference };
    }
    case 'role':
      return value.role === 'dev' || value.role === 'test' ? { type: 'role', role: value.role } : undefined;
    case 'sweep': {
      const axes = listOf(value.axes, 2, checkAxis);
      const { isWhole } = value;
      return axes !== undefined && axes.length > 0 && typeof isWhole === 'boolean'
        ? { type: 'sweep', axes, isWhole }
        : undefined;
    }
    case 'dropped': {
      const uris = listOf(value.uris, mostUris, (one) => (isText(one) ? one : undefined));
      return uris && { type: 'dropped', uris };
    }
    case 'open':
      return isText(value.file) ? { type: 'open', file: value.file } : undefined;
    case 'action': {
      const action = composeActions.find((one) => one === value.action);
      return action && { type: 'action', action };
    }
    case 'save':
      return checkSave(value);
    default:
      return undefined;
  }
}

function checkSetting(value: unknown): ComposeSetting | undefined {
  if (!isRecord(value)) return undefined;
  const { head, force } = value;
  const rows = listOf(value.rows, mostRows, checkRow);
  const rule = compositionRules.find((one) => one === value.rule);
  if (rows === undefined || rule === undefined || typeof force !== 'boolean') return undefined;
  if (new Set(rows.map(({ file }) => file)).size < rows.length) return undefined;
  return head === null || isText(head) ? { rows, rule, head, force } : undefined;
}

function checkRow(value: unknown): ComposeRow | undefined {
  if (!isRecord(value)) return undefined;
  const { file, coefficient, on } = value;
  return isText(file) && isFinite(coefficient) && typeof on === 'boolean'
    ? { file, coefficient: boundedCoefficient(coefficient), on }
    : undefined;
}

function checkNamed(value: unknown): NamedSetting | undefined {
  if (!isRecord(value) || !isText(value.name)) return undefined;
  const setting = checkSetting(value.setting);
  return setting && { name: value.name, setting };
}

function checkAxis(value: unknown): SweepAxis | undefined {
  if (!isRecord(value)) return undefined;
  const { file, from, to, count } = value;
  if (!isText(file) || !isFinite(from) || !isFinite(to)) return undefined;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 2 && count <= 101
    ? { file, from: boundedCoefficient(from), to: boundedCoefficient(to), count }
    : undefined;
}

function listOf<T>(
  value: unknown,
  most: number,
  check: (one: unknown) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const checked = value.map(check);
  const whole = checked.filter((one) => one !== undefined);
  return whole.length === checked.length ? whole : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A path, a name or a Uri: no longer than any of them is. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 10_000;
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
