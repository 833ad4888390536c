/** A profile that no honest model can be made from; `message` says what is missing and what to send. */
export class TrainingRefused extends Error {
  readonly code:
    | 'too-few-rows'
    | 'too-many-gaps'
    | 'kpi-constant'
    | 'horizon-too-short'
    | 'no-usable-feature'
    | 'cancelled';

  constructor(code: TrainingRefused['code'], message: string) {
    super(message);
    this.name = 'TrainingRefused';
    this.code = code;
  }
}
