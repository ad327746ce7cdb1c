import { modules, type ParameterPlace } from '../core/density.ts';
import { type LineQuery, lineOrders } from './inspect.ts';
import { type FromInspector, inspectActions, type PartAddress } from './inspectPanel.ts';
import { checkSave } from './savedExport.ts';

/** A message from a page of the inspector, if it is one: webviews are not trusted. */
export function checkFromInspector(value: unknown): FromInspector | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'ready': {
      const { base, force } = value;
      const isBase = base === null || isText(base);
      return isBase && typeof force === 'boolean' ? { type: 'ready', base, force } : undefined;
    }
    case 'values':
    case 'lineage':
    case 'chooseBase':
      return { type: value.type };
    case 'parts': {
      const place = checkPlace(value.place);
      return place && { type: 'parts', place };
    }
    case 'lines': {
      const of = value.of === null ? null : checkPart(value.of);
      const query = checkQuery(value.query);
      return of === undefined || query === undefined ? undefined : { type: 'lines', of, query };
    }
    case 'action': {
      const action = inspectActions.find((one) => one === value.action);
      return action && { type: 'action', action };
    }
    case 'open':
      return isText(value.file) ? { type: 'open', file: value.file } : undefined;
    case 'save':
      return checkSave(value);
    default:
      return undefined;
  }
}

function checkPlace(value: unknown): ParameterPlace | undefined {
  if (!isRecord(value) || !isText(value.row)) return undefined;
  const column = modules.find((one) => one === value.column);
  return column && { row: value.row, column };
}

function checkPart(value: unknown): PartAddress | undefined {
  if (!isRecord(value) || !isText(value.part)) return undefined;
  const place = checkPlace(value.place);
  return place && { place, part: value.part };
}

function checkQuery(value: unknown): LineQuery | undefined {
  if (!isRecord(value)) return undefined;
  const { search, from, count } = value;
  const order = lineOrders.find((one) => one === value.order);
  if (order === undefined || !isText(search) || !isCount(from) || !isCount(count)) return undefined;
  return { search, order, from, count };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A path or a search: no longer than any of them is. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 10_000;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
