import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { DescribeTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { table as sampleTable, tableName, tableStreamArn } from '../aws/test-deployment.ts'
import { startEngine } from './engine.ts'
import { findJava } from './java.ts'
import { createLocalClient } from './local-client.ts'
import { startTestTable, type TestTable } from './test-table.ts'

const TableName = tableName
const key = (sk: string) => ({ PK: { S: 'p' }, SK: { S: sk } })
const made: string[] = []
const directory = () => {
  const path = mkdtempSync(join(tmpdir(), 'tessera-'))
  made.push(path)
  return path
}
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** A program named java that claims to be of a version. */
function javaOf(version: string): NodeJS.ProcessEnv {
  const home = directory()
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin', 'java'), `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`)
  chmodSync(join(home, 'bin', 'java'), 0o755)
  return { ...process.env, JAVA_HOME: home }
}

describe('Java', () => {
  test('of version 17 or later is taken', async () => {
    const env = javaOf('21.0.2')
    await expect(findJava(env)).resolves.toBe(join(env.JAVA_HOME ?? '', 'bin', 'java'))
    await expect(findJava(javaOf('17.0.15'))).resolves.toContain('java')
  })

  test.each([
    ['linux', 'apt-get install openjdk-17-jre-headless'],
    ['darwin', 'brew install openjdk@17'],
    ['win32', 'winget install'],
    ['freebsd', 'apt-get install'],
  ])('that is missing on %s is named with the line that installs it', async (platform, line) => {
    await expect(findJava({ PATH: directory() }, platform)).rejects.toThrow(/needs Java 17 or later.*no Java runtime was found/)
    await expect(findJava({ PATH: directory() }, platform)).rejects.toThrow(line)
  })

  test('that is too old, or says something else, is refused', async () => {
    await expect(findJava(javaOf('1.8.0_402'))).rejects.toThrow('is version 8')
    await expect(findJava(javaOf('11.0.22'))).rejects.toThrow('is version 11')
    await expect(findJava(javaOf('x'))).rejects.toThrow('no Java runtime')
  })
})

test('a port in use is said plainly', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(startEngine({ dataDir: undefined, port, log: () => {} })).rejects.toThrow(
    `port ${port}, meant for DynamoDB Local, is in use`,
  )
  server.close()
})

describe('an engine that ends', () => {
  const home = process.env.JAVA_HOME
  afterEach(() => {
    if (home === undefined) delete process.env.JAVA_HOME
    else process.env.JAVA_HOME = home
  })

  test('before it answers says why, and is reported once', async () => {
    const env = javaOf('17.0.1')
    writeFileSync(
      join(env.JAVA_HOME ?? '', 'bin', 'java'),
      `#!/bin/sh\n[ "$1" = -version ] && echo 'version "17"' && exit\necho 'no memory left'\nexit 3\n`,
    )
    process.env.JAVA_HOME = env.JAVA_HOME
    const lines: string[] = []
    const engine = await startEngine({ dataDir: undefined, port: 0, log: (part, line) => void lines.push(`${part}: ${line}`) })
    const client = createLocalClient(engine.port)
    await expect(engine.answering(() => client.ask('ListTables', {}))).rejects.toThrow('DynamoDB Local does not start: no memory left')
    expect(lines).toEqual(['dynamodb: DynamoDB Local ended unexpectedly: no memory left'])
    await expect(client.ask('ListTables', {})).rejects.toThrow('DynamoDB Local does not answer')
    await engine.close()
    client.close()
  })

  test('because it was told to is not reported, however often it is told', async () => {
    const lines: string[] = []
    const engine = await startEngine({ dataDir: undefined, port: 0, log: (_part, line) => void lines.push(line) })
    await engine.close()
    await engine.kill()
    expect(lines).toEqual([])
  })
})

async function read(table: TestTable, count: number): Promise<DynamoDBRecord[]> {
  const seen: DynamoDBRecord[] = []
  await new Promise<void>((resolve) => {
    const reader = table.db.readStream({
      tableStreamArn,
      consumer: 'relay',
      batchSize: 2,
      async onBatch(records) {
        seen.push(...records)
        if (seen.length >= count) void reader.stop().then(resolve)
      },
    })
  })
  return seen
}
const sorts = (records: DynamoDBRecord[]) => records.map((record) => record.dynamodb?.Keys?.SK?.S)
const put = (table: TestTable, sk: string, more: object = {}) =>
  table.root.send(new PutItemCommand({ TableName, Item: { ...key(sk), ...more } }))

test('items, stream positions and sweeps survive kill -9; a new index is added, other keys are refused', async () => {
  const dataDir = directory()
  const first = await startTestTable({ dataDir })
  for (const sk of ['1', '2', '3', '4'])
    await put(first, sk, sk === '4' ? { expiresAt: { N: String(Math.floor(Date.now() / 1000) - 60) } } : {})
  expect(sorts(await read(first, 2))).toEqual(['1', '2'])
  await first.db.sweep()
  await first.db.kill()
  await first.close()

  const [resource] = [sampleTable()]
  const indexes = resource.properties.GlobalSecondaryIndexes as Array<{ IndexName: string }>
  const second = await startTestTable({ dataDir, table: { GlobalSecondaryIndexes: [...indexes, { ...indexes[0], IndexName: 'IX2' }] } })
  expect((await second.root.send(new GetItemCommand({ TableName, Key: key('3') }))).Item).toEqual(key('3'))
  const records = await read(second, 3)
  expect(sorts(records)).toEqual(['3', '4', '4'])
  expect(records.at(-1)?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' })
  const described = await second.root.send(new DescribeTableCommand({ TableName }))
  expect(described.Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort()).toEqual(['IX1', 'IX2'])
  await second.close()

  const KeySchema = [{ AttributeName: 'IX1PK', KeyType: 'HASH' }]
  await expect(startTestTable({ dataDir, table: { KeySchema } })).rejects.toThrow('start once with --fresh')
})

const program = `
import { startEngine } from ${JSON.stringify(join(import.meta.dirname, 'engine.ts'))}
const engine = await startEngine({ dataDir: process.argv[1], port: 0, log: () => {} })
console.log(engine.port)
setInterval(() => {}, 1000)
`

test('DynamoDB Local ends with the process that started it, even by kill -9', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program, directory()], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer]
  const client = createLocalClient(Number(chunk.toString()))
  const answers = () =>
    client.ask('ListTables', {}).then(
      () => true,
      () => false,
    )
  while (!(await answers())) await setTimeout(50)
  parent.kill('SIGKILL')
  while (await answers()) await setTimeout(50)
  client.close()
  expect(await answers()).toBe(false)
})
