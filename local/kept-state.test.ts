import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { deploymentOf, resource } from './aws/test-deployment.ts'
import { openKeys } from './cognito/keys.ts'
import { openRecords } from './cognito/records.ts'
import { Session } from './cognito/session-store.ts'
import { User } from './cognito/user-store.ts'
import { readDescription } from './data-folder.ts'
import { durableJson } from './dynamodb/durable-json.ts'
import { startEngine } from './dynamodb/engine.ts'
import { createLocalClient } from './dynamodb/local-client.ts'
import { StreamPosition } from './dynamodb/stream-reader.ts'
import { openMailbox } from './mail/mailbox.ts'
import { openQueue } from './queue/queue.ts'
import { openObjects } from './s3/objects.ts'
import { createSecrets } from './secrets/secrets.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tessera-kept-'))
const secret = resource('AWS::SecretsManager::Secret', 'arn:aws:secretsmanager:r:a:secret:key-AbCdEf', { GenerateSecretString: {} })
const settings = { visibilityTimeoutSeconds: 30, delaySeconds: 0, waitSeconds: 0, retentionSeconds: 60, maximumMessageBytes: 1_024 }
const queueSettings = { name: 'work', arn: 'arn:aws:sqs:r:a:work', url: 'http://localhost/a/work', ...settings }

/** Every kind of file that the stack keeps, with what opens it. */
const kinds: [what: string, file: string, open: (file: string) => unknown][] = [
  ['the description of the stack', 'stack.json', (file) => readDescription(dirname(file))],
  ['the position in a stream', 'relay.json', (file) => durableJson(file, StreamPosition, {})],
  ['a user of the sign-in', 'ada.json', (file) => openRecords(dirname(file), User).all()],
  ['a session of the sign-in', 'ses.json', (file) => openRecords(dirname(file), Session).all()],
  ['the keys of the sign-in', 'keys.json', (file) => openKeys(dirname(file))],
  ['a secret', 'key.json', (file) => createSecrets({ deployment: deploymentOf([secret]), dataDir: dirname(file) })],
  ['an object of S3', 'bucket/object.json', (file) => openObjects(dirname(dirname(file)), Date.now)],
  ['the mails', 'mails.jsonl', (file) => openMailbox(dirname(file))],
  ['a queue', 'work.jsonl', (file) => openQueue({ settings: queueSettings, file, now: Date.now, bury: () => {} })],
]

const fileAt = (name: string) => {
  const file = join(folder(), name)
  mkdirSync(dirname(file), { recursive: true })
  return file
}

const failureOf = async (work: () => unknown): Promise<Error> => {
  try {
    await work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe.each(kinds)('%s', (_, name, open) => {
  const withContent = async (content: string) => {
    const file = fileAt(name)
    writeFileSync(file, content)
    return { file, error: await failureOf(() => open(file)) }
  }

  test.each([
    ['cut off', '{"id":\n', 'no whole JSON'],
    ['something else', '{"colour":"red"}\n', 'something else than the stack writes there'],
    ['binary', '\0\u0001\u0002\n', 'no whole JSON'],
  ])('that is %s is named, with what to do', async (_how, content, why) => {
    const { file, error } = await withContent(content)
    expect(error.message).toContain(`cannot read ${file}: `)
    expect(error.message).toContain(why)
    expect(error.message).toContain('npm start -- --fresh')
    // A plain error is shown without its stack trace.
    expect(error.constructor).toBe(Error)
  })

  test('that cannot be read is named too', async () => {
    const file = fileAt(name)
    mkdirSync(file)
    const { message } = await failureOf(() => open(file))
    expect(message).toContain(`cannot read ${file}: EISDIR`)
  })
})

test('a line in the midst of a journal is named by its number', () => {
  const file = join(folder(), 'mails.jsonl')
  const mail = { id: '1', to: '', from: '', subject: '', text: '', html: '', date: '' }
  writeFileSync(file, `${JSON.stringify(mail)}\n{"id":\n${JSON.stringify(mail)}\n`)
  expect(() => openMailbox(dirname(file))).toThrow('line 2 is no whole JSON')
})

test('a key that is no key is named', async () => {
  const file = join(folder(), 'keys.json')
  writeFileSync(file, JSON.stringify({ kid: 'k', clientSeed: 's', privateJwk: { kty: 'RSA', n: '!', e: 'AQAB', d: '?' } }))
  expect((await failureOf(() => openKeys(dirname(file)))).message).toContain(`cannot read ${file}: its key cannot be used`)
})

test('what was kept is given back', async () => {
  const file = join(folder(), 'x.json')
  const value = durableJson(file, z.number(), 0)
  value.write(7)
  expect(durableJson(file, z.number(), 0).read()).toBe(7)
})

test.each([
  ['cut off', (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['something else', (file: string) => writeFileSync(file, 'something else '.repeat(1000))],
])(
  'a table that is %s is named, and nobody waits for it',
  async (_, damage) => {
    const dataDir = folder()
    const start = async () => {
      const engine = await startEngine({ dataDir, port: 0, log: () => {} })
      const client = createLocalClient(engine.port)
      try {
        await engine.answering(() => client.ask('ListTables', {}))
      } finally {
        client.close()
        await engine.close()
      }
    }
    await start()
    damage(join(dataDir, readdirSync(dataDir).find((name) => name.endsWith('.db')) ?? ''))
    const { message } = await failureOf(start)
    expect(message).toContain(`cannot read ${dataDir}: `)
    expect(message).toContain('npm start -- --fresh')
    rmSync(dataDir, { recursive: true })
  },
  120_000,
)
