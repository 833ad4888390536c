import { Buffer } from 'node:buffer';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { AppError } from '../app-error.ts';
import type { LogMessage, TopicSpec } from './log.ts';
import type { NewRecord } from './log-storage.ts';

/** A message is no larger than this; brokers are set up for it. */
const maxMessageBytes = 8 * 2 ** 20;

/** Checks a message and gives its stored form; AppError 500 `message-invalid`, never retriable. */
export function encodeMessage<Schema extends TSchema>(
  topic: TopicSpec<Schema>,
  message: LogMessage<Static<Schema>>,
): NewRecord {
  if (!Number.isSafeInteger(message.at)) throw invalid(topic, message.key, '`at` is no epoch ms');
  const json = topic.write?.(message.value) ?? checkedJson(topic, message);
  if (isLarger(json, maxMessageBytes)) {
    throw invalid(topic, message.key, `it is larger than ${maxMessageBytes} bytes`);
  }
  return { key: message.key, at: message.at, json };
}

function checkedJson<Schema extends TSchema>(
  topic: TopicSpec<Schema>,
  { key, value }: LogMessage<Static<Schema>>,
): string {
  const fault = faultOf(topic.schema, value);
  if (fault !== undefined) throw invalid(topic, key, fault);
  return JSON.stringify(value);
}

/** A unit of a string has three bytes at the most in UTF-8: few texts need be counted. */
function isLarger(text: string, bytes: number): boolean {
  return 3 * text.length > bytes && Buffer.byteLength(text) > bytes;
}

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

/** What stands in the log was written by anyone: it is checked again, and nothing is coerced. */
export function decodeValue<Schema extends TSchema>(
  topic: TopicSpec<Schema>,
  json: string,
): Decoded<Static<Schema>> {
  const read = topic.read?.(json);
  if (read !== undefined) return { ok: true, value: read };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
  const fault = faultOf(topic.schema, value);
  if (fault !== undefined) return { ok: false, reason: fault };
  return { ok: true, value: value as Static<Schema> };
}

const validators = new WeakMap<TSchema, Validator>();

function faultOf(schema: TSchema, value: unknown): string | undefined {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  if (validator.Check(value)) return undefined;
  const first = validator.Errors(value)[0];
  return first === undefined ? 'does not fit' : `${first.instancePath || '/'} ${first.message}`;
}

function invalid(topic: TopicSpec, key: string, why: string): AppError {
  return new AppError(`message of key ${key} does not fit topic ${topic.name}: ${why}`, {
    status: 500,
    code: 'message-invalid',
  });
}
