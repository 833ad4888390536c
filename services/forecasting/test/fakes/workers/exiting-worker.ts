export function runTraining(): never {
  process.exit(3);
}
