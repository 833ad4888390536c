import type { Readable } from 'node:stream';

/** As much of an answer as is read before the connection is cut. */
const mostAnswerBytes = 65_536;

/** Reads a small answer, so that the other side can finish it; cuts a long or broken one: its status counts. */
export function discardAnswer(answer: Readable): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) answer.destroy();
    });
    // The stream closes after an error too, and the callback is delivered all the same.
    answer.on('error', () => resolve());
    answer.on('close', () => resolve());
  });
}
