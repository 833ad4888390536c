import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { readText, root } from './files.ts';

const run = promisify(execFile);

/** The root folder of an image, made by the Dockerfile's own steps without a container engine. */
export interface NativeImage {
  readonly folder: string;
  /** Of the entry point, inside the folder. */
  readonly cwd: string;
  readonly entrypoint: readonly string[];
  /** Of the health check. */
  readonly healthcheck: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * Carries out the steps of one stage, and of those that it is made from: COPY into a temporary folder,
 * RUN of package managers in it. A RUN that lays out the system outside the working folder is left out.
 */
export async function buildNatively(target: string): Promise<NativeImage> {
  const made: string[] = [];
  const remove = async () => {
    for (const folder of made) await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await buildStage(target, made)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Instructions of the Dockerfile, by the name of their stage. */
export function readStages(): ReadonlyMap<string, readonly Instruction[]> {
  const stages = new Map<string, Instruction[]>();
  let current: Instruction[] = [];
  for (const instruction of DockerfileParser.parse(readText('Dockerfile')).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      current = [];
      stages.set((instruction as From).getBuildStage() ?? '', current);
    }
    current.push(instruction);
  }
  return stages;
}

type Built = Omit<NativeImage, 'remove'>;

async function buildStage(name: string, made: string[]): Promise<Built> {
  const instructions = readStages().get(name);
  if (instructions === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-image-'));
  made.push(folder);
  let image: Built = { folder, cwd: folder, entrypoint: [], healthcheck: [], environment: {} };
  for (const instruction of instructions) image = await carryOut(image, instruction, made);
  return image;
}

async function carryOut(image: Built, instruction: Instruction, made: string[]): Promise<Built> {
  const words = wordsOf(instruction);
  const inside = (path: string) => join(image.folder, relative('/', path));
  switch (instruction.getKeyword()) {
    case 'FROM': {
      const base = (instruction as From).getImage() ?? '';
      if (!readStages().has(base)) return image;
      return buildStage(base, made);
    }
    case 'WORKDIR':
      return { ...image, cwd: inside(words[0] ?? '/') };
    case 'ENV':
      return {
        ...image,
        environment: { ...image.environment, ...Object.fromEntries(words.map(pair)) },
      };
    case 'COPY': {
      const from = (instruction as Copy).getFromFlag()?.getValue();
      const [to = '.', ...sources] = words.toReversed();
      if (from == null) {
        const folder = to.endsWith('/') ? resolve(image.cwd, to) : undefined;
        for (const source of sources) {
          const target = folder === undefined ? resolve(image.cwd, to) : join(folder, source);
          await copyFromContext(source, target);
        }
      } else {
        const stage = await buildStage(from, made);
        for (const source of sources) {
          // The stage was made for this alone.
          await rename(join(stage.folder, source), inside(to));
        }
      }
      return image;
    }
    case 'RUN':
      if (words[0] === 'npx') await run(words[0], words.slice(1).map(unquoted), { cwd: image.cwd });
      return image;
    case 'ENTRYPOINT':
      return { ...image, entrypoint: jsonOf(instruction) };
    case 'HEALTHCHECK':
      return { ...image, healthcheck: jsonOf(instruction) };
    default:
      return image;
  }
}

/** Copies what .dockerignore lets through. */
async function copyFromContext(source: string, to: string): Promise<void> {
  const from = join(root, source);
  if (!existsSync(from)) throw new Error(`the Dockerfile copies ${source}, which is not there`);
  const filter = (path: string) => isInContext(relative(root, path));
  await cp(from, to, { recursive: true, filter });
}

/** The last rule that fits decides; folders on the way to what is let in are let in. */
export function isInContext(path: string): boolean {
  const rules = readText('.dockerignore')
    .split('\n')
    .filter((line) => !/^(#|$)/.test(line));
  let inside = true;
  for (const rule of rules) {
    const pattern = rule.replace(/^!/, '');
    const fits =
      pattern === '*' || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`);
    const leadsThere = rule.startsWith('!') && pattern.startsWith(`${path}/`);
    if (fits || leadsThere) inside = rule.startsWith('!');
  }
  return inside;
}

function wordsOf(instruction: Instruction): readonly string[] {
  return instruction
    .getArguments()
    .map((argument) => argument.getValue())
    .filter((word) => !word.startsWith('--from='));
}

function jsonOf(instruction: Instruction): readonly string[] {
  const [, list = '[]'] = /(\[[\s\S]*\])\s*$/.exec(instruction.toString()) ?? [];
  return JSON.parse(list);
}

function pair(text: string): readonly [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')];
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/, '$2');
}
