import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { prepareDataFolder, readDescription, removeDescription, type StackDescription, writeDescription } from './data-folder.ts'
import { isAlive, startOf } from './processes.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'data-'))

const description = (pid: number): StackDescription => ({
  pid,
  startedAt: '2026-01-01T00:00:00.000Z',
  urls: { api: 'http://localhost:3000', login: '', inbox: '', aws: '', dynamodb: '', s3: '' },
  ports: { api: 3000, login: 3001, inbox: 3002, aws: 3003, dynamodb: 3004, s3: 3005 },
  region: 'eu-central-1',
  credentials: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
  resources: {},
})

test('a fresh start takes away what the stack made, and nothing else', () => {
  const dataDir = folder()
  for (const name of ['table', 'queues', 'cognito', 'mail', 'logs', 'photos']) mkdirSync(join(dataDir, name))
  writeFileSync(join(dataDir, 'letter.txt'), '')
  prepareDataFolder(dataDir, true)
  const left = ['table', 'queues', 'cognito', 'mail', 'logs', 'photos', 'letter.txt'].filter((name) => existsSync(join(dataDir, name)))
  expect(left).toEqual(['photos', 'letter.txt'])
})

test('an ordinary start keeps all, and makes the folder when it is missing', () => {
  const dataDir = join(folder(), 'new')
  prepareDataFolder(dataDir, false)
  mkdirSync(join(dataDir, 'table'))
  prepareDataFolder(dataDir, false)
  expect(existsSync(join(dataDir, 'table'))).toBe(true)
})

test('the folder of a running stack is refused; that of one that died is taken over', async () => {
  const dataDir = folder()
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  writeDescription(dataDir, description(other.pid ?? 0))
  expect(() => prepareDataFolder(dataDir, true)).toThrow(`belongs to a stack that is running (process ${other.pid}, http://localhost:3000)`)
  const gone = new Promise((resolve) => other.once('exit', resolve))
  other.kill('SIGKILL')
  await gone
  expect(() => prepareDataFolder(dataDir, false)).not.toThrow()
})

test('the description is there while the stack runs', () => {
  const dataDir = folder()
  expect(readDescription(dataDir)).toBeUndefined()
  writeDescription(dataDir, description(process.pid))
  expect(readDescription(dataDir)).toEqual(description(process.pid))
  removeDescription(dataDir)
  expect(readDescription(dataDir)).toBeUndefined()
})

test('a process id that was given to another program meanwhile is recognized: it is neither waited for nor ended', async () => {
  const dataDir = folder()
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = other.pid ?? 0
  writeDescription(dataDir, { ...description(pid), process: startOf(pid) })
  expect(() => prepareDataFolder(dataDir, false)).toThrow('belongs to a stack that is running')
  writeDescription(dataDir, { ...description(pid), process: 'another start' })
  expect(() => prepareDataFolder(dataDir, false)).not.toThrow()
  expect(isAlive(pid)).toBe(true)
  const gone = new Promise((resolve) => other.once('exit', resolve))
  other.kill('SIGKILL')
  await gone
})

test('a damaged description is named, unless all begins anew', () => {
  const dataDir = folder()
  writeFileSync(join(dataDir, 'stack.json'), '{"pid":')
  expect(() => prepareDataFolder(dataDir, false)).toThrow(`cannot read ${join(dataDir, 'stack.json')}`)
  prepareDataFolder(dataDir, true)
  expect(readDescription(dataDir)).toBeUndefined()
})
