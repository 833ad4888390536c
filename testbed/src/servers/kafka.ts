import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { fetchOnce } from './cache.ts';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { ServerUnavailable } from './server-unavailable.ts';

const run = promisify(execFile);
const version = '4.1.1';

/** Apache Kafka in KRaft mode, one node that is broker and controller. Topics are not made by themselves. */
export async function startKafka(): Promise<ServerProcess> {
  const java = await findJava();
  const classPath = join(await fetchKafka(), '*');
  return startServer('kafka', async (folder) => {
    const [port, controllerPort] = [await freePort(), await freePort()];
    const address = `127.0.0.1:${port}`;
    const properties = join(folder, 'server.properties');
    await writeFile(properties, propertiesOf(folder, address, `127.0.0.1:${controllerPort}`));
    // The tool lives for a second: the JVM's slower compiler would not pay.
    const format = ['-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.tools.StorageTool'];
    const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
    await run(java, [...format, 'format', '--standalone', '-t', clusterId, '-c', properties]);
    return {
      address,
      command: [java, ...jvmOptions, '-cp', classPath, 'kafka.Kafka', properties],
      checkReady: () => askForBrokers(address),
    };
  });
}

/** Kafka's libraries in the cache, from Maven's central repository. */
export async function fetchKafka(): Promise<string> {
  await findJava();
  return fetchOnce(`kafka-${version}`, async (folder) => {
    const maven = await requireProgram('kafka', 'mvn', 'Install Maven, once, to fetch Kafka.');
    const pom = join(folder, 'pom.xml');
    await writeFile(pom, pomText);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const target = `-DoutputDirectory=${folder}`;
    await run(maven, ['-q', '-B', '-f', pom, goal, target]).catch((error: unknown) => {
      throw new ServerUnavailable(
        'kafka',
        `Maven did not fetch version ${version}`,
        'See that Maven reaches its central repository.',
        error,
      );
    });
  });
}

function findJava(): Promise<string> {
  return requireProgram('kafka', 'java', 'Install Java 17 or later.');
}

const pomText = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>slicecast</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

const jvmOptions = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/**
 * One node: nothing to replicate to. Few internal partitions and a small cleaner keep the start short and the heap
 * small. A broker that was killed may register again only when its old session is over.
 */
function propertiesOf(folder: string, broker: string, controller: string): string {
  return `process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://${broker},CONTROLLER://${controller}
advertised.listeners=PLAINTEXT://${broker}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=${controller}
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
log.cleaner.dedupe.buffer.size=16777216
`;
}

/** Ready is a broker that answers a metadata request and names itself. */
async function askForBrokers(address: string): Promise<void> {
  const admin = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('Kafka has no broker yet');
  } finally {
    await admin.disconnect();
  }
}
