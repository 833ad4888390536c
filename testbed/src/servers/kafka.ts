import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchOnce } from './cache.ts';
import { findProgram, notFetched, run } from './programs.ts';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';
import { freePorts, temporaryFolder } from './temporary-folder.ts';

const version = '4.1.1';
const remedy =
  'install a JRE of 17 or later and Maven, e.g. apt-get install default-jre-headless maven';

/** Apache Kafka, one node in KRaft mode. */
export async function startKafka(options: ServerOptions = {}): Promise<ServerProcess> {
  const java = await findProgram('java', remedy);
  const jars = join(await fetchKafka(), '*');
  const folder = await temporaryFolder('kafka');
  const [port = 0, controller = 0] = await freePorts(2);
  const properties = join(folder, 'server.properties');
  await writeFile(properties, propertiesOf(folder, port, controller));
  // Sixteen bytes in the URL's alphabet, as StorageTool's random-uuid makes them.
  const cluster = randomBytes(16).toString('base64url');
  const format = ['format', '--standalone', '-t', cluster, '-c', properties];
  await run(java, ['-cp', jars, 'kafka.tools.StorageTool', ...format]);
  const memory = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC'];
  return startServer({
    ...options,
    name: 'kafka',
    address: `127.0.0.1:${port}`,
    folder,
    command: java,
    args: [...memory, '-cp', jars, 'kafka.Kafka', properties],
    stopSignal: 'SIGTERM',
    isReady: async (log) => (await log()).includes('Kafka Server started'),
  });
}

/** Folder of Kafka's jars. */
export function fetchKafka(): Promise<string> {
  return fetchOnce(`kafka-${version}`, async (folder) => {
    const maven = await findProgram('mvn', remedy);
    const pom = join(folder, 'pom.xml');
    await writeFile(pom, pomXml);
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
    await run(maven, ['-q', '-B', '-f', pom, ...copy]).catch((error) => {
      throw notFetched(`Kafka ${version}`, error);
    });
  });
}

const dependency = (group: string, artifact: string, of: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`;

const pomXml = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>slicecast</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', version)}
    ${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
  </dependencies>
</project>
`;

function propertiesOf(folder: string, port: number, controller: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`;
}
