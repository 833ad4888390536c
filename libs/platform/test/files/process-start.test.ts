import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { processStartOf } from '../../src/files/process-start.ts';

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process that has ended, and that its parent has not noticed, has no start of its own',
  async () => {
    // The child's parent turns into a program that waits for nobody, before the child ends: a shell would.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(parent.stdout, 'data');
    await vi.waitFor(async () => expect(await processStartOf(Number(line))).toBe('ended'), {
      timeout: 20_000,
    });
    expect(await processStartOf(parent.pid ?? 0)).toMatch(/^\S+ \d+$/);
    parent.kill();
  },
);
