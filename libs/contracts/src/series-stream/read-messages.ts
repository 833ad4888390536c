import { Message } from 'apache-arrow/fb/message';
import { ByteBuffer } from 'flatbuffers';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import { SeriesStreamError } from './error.ts';

/** One message of an Arrow IPC stream: its flatbuffer header and its body. */
export interface ArrowMessage {
  readonly header: Message;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A header tells three fields or ten buffers; what is longer carries something else. */
const maxHeaderBytes = 2 ** 20;
const continuation = 0xffffffff;

/** The messages between the start of an Arrow IPC stream and its end mark, one in memory at a time. */
export async function* readMessages(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<ArrowMessage> {
  const reader = createByteReader(bytes, maxBytes);
  try {
    for (let count = 0; ; count += 1) {
      const length = await readLength(reader, count);
      if (length === 0) return;
      const header = await readHeader(reader, length);
      const bodyLength = Number(header.bodyLength());
      if (!(bodyLength >= 0 && bodyLength <= maxBytes)) throw malformed('has no possible body');
      const body = await reader.read(bodyLength);
      if (body === undefined) throw endsEarly();
      yield { header, body };
    }
  } finally {
    await reader.close();
  }
}

/** Length of the next header, 0 at the end mark: without that mark, a part may have been cut off. */
async function readLength(reader: ByteReader, count: number): Promise<number> {
  const first = count === 0;
  const prefix = await reader.read(8).catch((error: unknown) => {
    throw first && error instanceof SeriesStreamError ? notArrow(error) : error;
  });
  if (prefix === undefined) throw first ? notArrow() : endsEarly();
  const view = new DataView(prefix.buffer);
  if (view.getUint32(0, true) !== continuation) {
    throw first ? notArrow() : malformed('does not begin as a message');
  }
  return view.getUint32(4, true);
}

async function readHeader(reader: ByteReader, length: number): Promise<Message> {
  if (length > maxHeaderBytes) throw malformed(`has a header of ${length} bytes`);
  const header = await reader.read(length);
  if (header === undefined) throw endsEarly();
  return Message.getRootAsMessage(new ByteBuffer(header));
}

function notArrow(cause?: SeriesStreamError): SeriesStreamError {
  const message = 'The body is not an Arrow IPC stream (of Arrow 0.15 or later).';
  return new SeriesStreamError('not-arrow', message, cause);
}

function endsEarly(): SeriesStreamError {
  const message = 'The Arrow stream ends without its end mark: a part may be missing.';
  return new SeriesStreamError('malformed', message);
}

function malformed(what: string): SeriesStreamError {
  return new SeriesStreamError('malformed', `A message of the Arrow stream ${what}.`);
}
