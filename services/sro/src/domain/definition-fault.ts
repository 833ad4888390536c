/** One thing that is wrong with a slice's definition. */
export interface DefinitionFault {
  /** JSON pointer into the definition. */
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}
