import { type UserError, userError } from '../core/errors/userError.ts';
import { jsonErrorLine } from './jsonError.ts';
import { type JsonPath, jsonPosition } from './jsonPosition.ts';
import { loadBytes, readLines } from './lines.ts';

/** An answer in its context; `start` and `end` count UTF-16 units, as JavaScript's strings do. */
export interface SquadAnswer {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A question about a text. Without answers where none are given, or where it has none (`unanswerable`, SQuAD 2.0). */
export interface SquadQuestion {
  readonly id: string;
  readonly question: string;
  readonly context: string;
  readonly answers: readonly SquadAnswer[];
  readonly unanswerable: boolean;
}

export interface SquadFile {
  readonly questions: readonly SquadQuestion[];
  /** Answers that stand a few characters from where the file says; they were found there. */
  readonly movedAnswers: number;
}

export interface SquadOptions {
  /** Whether answers are read; they are unless told. */
  readonly answers?: boolean;
}

/** How many characters from its offset an answer is looked for: files are off by a few after clean-ups, not by many. */
const NEARBY = 20;

type JsonObject = Readonly<Record<string, unknown>>;

/** A file and its text, in which lines are counted. */
interface Source {
  readonly file: string;
  readonly text: string;
}

/**
 * The questions of a file in the format of SQuAD 1.1 or 2.0, in their order. Offsets of the format count code points;
 * here they count UTF-16 units. An answer that is not at its offset is looked for up to 20 characters around it.
 * @throws UserError `data-squad-json`, `data-squad-field` (with the line and the place inside of the file),
 * `data-squad-answer` (with the line and the question's id), `data-file-empty` without a question, `data-not-utf8`, `data-file-lfs`
 */
export function parseSquad(
  bytes: Uint8Array,
  file: string,
  { answers: reads = true }: SquadOptions = {},
): SquadFile {
  const text = readLines(bytes, file).join('\n');
  const source = { file, text };
  const questions: SquadQuestion[] = [];
  let movedAnswers = 0;
  let wrongAnswers = 0;
  let first: { id: string; answer: string; offset: number; path: JsonPath } | undefined;
  for (const [article, at] of elements(parseJson(source), 'data', [], source)) {
    for (const [paragraph, where] of elements(article, 'paragraphs', at, source)) {
      const context = stringField(paragraph, 'context', where, source);
      const offsets = unitsOfPoints(context);
      for (const [asked, place] of elements(paragraph, 'qas', where, source)) {
        const id = stringField(asked, 'id', place, source);
        const question = stringField(asked, 'question', place, source);
        const unanswerable = asked.is_impossible === true;
        const given =
          unanswerable || !reads || asked.answers === undefined
            ? []
            : elements(asked, 'answers', place, source);
        const answers = given.flatMap(([answer, spot]) => {
          const wanted = stringField(answer, 'text', spot, source);
          const offset = answer.answer_start;
          if (typeof offset !== 'number' || !Number.isSafeInteger(offset)) {
            throw lacking('a number "answer_start"', spot, source, 'answer_start');
          }
          const said = offset < 0 ? -1 : offsets(offset);
          const start = said < 0 ? undefined : findNear(context, wanted, said);
          if (start === undefined) {
            wrongAnswers++;
            first ??= { id, answer: wanted, offset, path: [...spot, 'answer_start'] };
            return [];
          }
          if (start !== said) movedAnswers++;
          return [{ text: wanted, start, end: start + wanted.length }];
        });
        questions.push({ id, question, context, answers, unanswerable });
      }
    }
  }
  if (first !== undefined) {
    const { path, ...answer } = first;
    throw userError(
      'data-squad-answer',
      { ...answer, others: wrongAnswers - 1 },
      { file, line: lineOf(source, path) },
    );
  }
  if (questions.length === 0) throw userError('data-file-empty', { wanted: 'question' }, { file });
  return { questions, movedAnswers };
}

/** `parseSquad` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadSquad(file: string, options: SquadOptions = {}): Promise<SquadFile> {
  return parseSquad(await loadBytes(file), file, options);
}

function parseJson({ file, text }: Source): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const line = jsonErrorLine(text);
    throw userError('data-squad-json', undefined, line === undefined ? { file } : { file, line });
  }
  if (isObject(value)) return value;
  throw userError('data-squad-json', undefined, { file });
}

/** The objects of the array `name`, each with its path in the file. */
function elements(
  owner: JsonObject,
  name: string,
  path: JsonPath,
  source: Source,
): [element: JsonObject, path: JsonPath][] {
  const value = owner[name];
  if (!Array.isArray(value)) throw lacking(`a list "${name}"`, path, source, name);
  return value.map((element: unknown, i): [JsonObject, JsonPath] => {
    const own = [...path, name, i];
    if (isObject(element)) return [element, own];
    throw lacking('an object', own, source);
  });
}

function stringField(owner: JsonObject, name: string, path: JsonPath, source: Source): string {
  const value = owner[name];
  if (typeof value === 'string') return value;
  throw lacking(`a text "${name}"`, path, source, name);
}

/** That something is missing at a path; the line is that of the field where there is one, of another sort. */
function lacking(wanted: string, path: JsonPath, source: Source, ...field: readonly string[]): UserError {
  const where = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  const line = lineOf(source, [...path, ...field]);
  return userError('data-squad-field', { where: where.slice(1), wanted }, { file: source.file, line });
}

function lineOf({ text }: Source, path: JsonPath): number {
  return text.slice(0, jsonPosition(text, path)).split('\n').length;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** From offsets in code points to offsets in UTF-16 units; an offset beyond the text stays beyond it. */
function unitsOfPoints(text: string): (points: number) => number {
  const points = Array.from(text);
  if (points.length === text.length) return (at) => at;
  const units = new Int32Array(points.length + 1);
  for (const [i, point] of points.entries()) units[i + 1] = units[i] + point.length;
  return (at) => units[at] ?? text.length + (at - points.length);
}

/** Where `wanted` stands in `context` nearest to `said`; undefined where it is not near it. */
function findNear(context: string, wanted: string, said: number): number | undefined {
  if (wanted === '') return undefined;
  for (let distance = 0; distance <= NEARBY; distance++) {
    if (context.startsWith(wanted, said - distance) && said - distance >= 0) return said - distance;
    if (context.startsWith(wanted, said + distance)) return said + distance;
  }
  return undefined;
}
