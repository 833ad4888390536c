import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { compressSync, uncompressSync } from 'snappy';

/**
 * What other producers compress with, and the client itself does not speak (of Kafka's codecs it has gzip alone): a
 * batch in one of them would otherwise stop its partition for good. Slicecast's own messages go as they are.
 */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(batch: Buffer): Promise<Buffer>;
}

const snappy: Codec = {
  compress: async ({ buffer }) => compressSync(buffer),
  decompress: async (batch) => (isFramed(batch) ? unframed(batch) : uncompressed(batch)),
};

const lz4: Codec = {
  compress: async ({ buffer }) => compressFrameSync(buffer),
  decompress: async (batch) => decompressFrameSync(batch),
};

const zstd: Codec = {
  compress: async ({ buffer }) => zstdCompressSync(buffer),
  decompress: async (batch) =>
    zstdDecompressSync(batch, { params: { [constants.ZSTD_d_windowLogMax]: 27 } }),
};

/** The client keeps its codecs for the whole process: to be called before it is used. */
export function speakEveryCodec(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}

/** Java's producers write blocks in a frame of their own, librdkafka a bare block. */
const frameMagic = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
/** The magic, a version and the oldest version that can read it. */
const frameHeaderBytes = 16;

function isFramed(batch: Buffer): boolean {
  return batch.subarray(0, frameMagic.length).equals(frameMagic);
}

/** Blocks, each after its length as a big-endian 32-bit integer. */
function unframed(batch: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = frameHeaderBytes; at + 4 <= batch.length; ) {
    const end = at + 4 + batch.readUInt32BE(at);
    blocks.push(uncompressed(batch.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

function uncompressed(block: Buffer): Buffer {
  return uncompressSync(block, { asBuffer: true }) as Buffer;
}
