/** The shape of one run of a program: sequences are packed into rows, only some positions are read. */
export interface StepShape {
  readonly rows: number;
  /** Positions a row. */
  readonly length: number;
  /** Positions a row at which the last layer is computed; `length` where it is computed everywhere. */
  readonly queries: number;
  /** Positions in all at which the head is computed; rows x queries where it is computed at each of them. */
  readonly reads: number;
}
