import { expect, test } from 'vitest';
import { keyOfSecret, signatureHeaders } from '../../../src/adapters/actuators/sign-request.ts';

test('the signature is the one of the example of Standard Webhooks', () => {
  // https://github.com/standard-webhooks/standard-webhooks, libraries/javascript, its first test.
  const key = keyOfSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  if (key === undefined) throw new Error('no key');
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const body = '{"test": 2432232314}';
  expect(signatureHeaders(key, { id, atMs: 1_614_265_330_999, body })).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each([
  '',
  'whsec_',
  'whsec_c2hvcnQ=',
  'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  `whsec_${'A'.repeat(88)}`,
])('%j is no secret', (secret) => {
  expect(keyOfSecret(secret)).toBeUndefined();
});
