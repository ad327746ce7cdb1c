import { percent } from '../core/texts.ts';
import type { LabelsBlock } from './notebook.ts';

/** The columns of strict scores of a table of types of spans: their headings and each row's fields; none where no row has any. */
export function strictColumns(rows: LabelsBlock['rows'], digits = 1) {
  const isStrict = rows.some(({ strict }) => strict !== undefined);
  return {
    names: isStrict ? ['strict precision', 'strict recall', 'strict F1'] : [],
    fields: ({ strict }: LabelsBlock['rows'][number]): readonly string[] => {
      if (!isStrict) return [];
      if (strict === undefined) return ['-', '-', '-'];
      return [strict.precision, strict.recall, strict.f1].map((value) => percent(value, digits));
    },
  };
}
