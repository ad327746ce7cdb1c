/** A chart or table that a page wants to save: CSV as text, PNG as base64. The name has no ending. */
export interface SaveMessage {
  readonly type: 'save';
  readonly name: string;
  readonly format: 'csv' | 'png';
  readonly data: string;
}

const mostSaved = 2 ** 26;

/** A message to save something, if it is one; its name is a name and no path. */
export function checkSave({ name, format, data }: Record<string, unknown>): SaveMessage | undefined {
  if (typeof name !== 'string' || typeof data !== 'string' || data.length > mostSaved) return undefined;
  const plain = name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '-').slice(0, 100);
  return format === 'csv' || format === 'png' ? { type: 'save', name: plain, format, data } : undefined;
}
