/** A real server that this machine cannot run as it is: what lacks, and what to do about it. */
export class ServerUnavailable extends Error {
  readonly server: string;
  readonly remedy: string;

  constructor(server: string, lacks: string, remedy: string, cause?: unknown) {
    super(`${server} cannot be started: ${lacks}. ${remedy}`, { cause });
    this.name = 'ServerUnavailable';
    this.server = server;
    this.remedy = remedy;
  }
}
