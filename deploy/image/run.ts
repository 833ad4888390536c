/** Entry point of the image: runs the service that its argument names. */
import { isService, serviceNames } from '../src/ports.ts';

const [service = '', ...rest] = process.argv.slice(2);
if (isService(service) && rest.length === 0) {
  await import(`../../services/${service}/src/main.ts`);
} else {
  console.error(`Name the service to run, one of: ${serviceNames.join(', ')}`);
  process.exitCode = 2;
}
