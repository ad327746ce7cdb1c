import { catalogue } from './catalogue.ts';
import type { Place, Problem } from './problem.ts';

type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorDetails<C extends ErrorCode> = Parameters<Catalogue[C]>[0];

/** An error that is the user's to mend: what is wrong, where, and what to do. Never a bug of ours. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly problem: Problem;
  readonly place: Place | undefined;

  constructor(code: ErrorCode, problem: Problem, place: Place | undefined) {
    super(`${describePlace(place)}${problem.what} ${problem.advice}`);
    this.name = 'UserError';
    this.code = code;
    this.problem = problem;
    this.place = place;
  }
}

/** Makes the error `code` of the catalogue; throw what it returns. */
export function userError<C extends ErrorCode>(code: C, details: ErrorDetails<C>, place?: Place): UserError {
  const describe = catalogue[code] as (details: ErrorDetails<C>) => Problem;
  return new UserError(code, describe(details), place);
}

function describePlace(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.line === undefined ? `${place.file}: ` : `${place.file}:${place.line}: `;
}
