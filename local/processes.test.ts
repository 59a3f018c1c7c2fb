import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { freePorts } from './ports.ts'
import { holderOf, isAlive, startOf } from './processes.ts'

const listener = `require('net').createServer().listen(Number(process.argv[1]), '127.0.0.1', () => console.log('listening'))`

test('who listens on a port is named with its id and command', async () => {
  const { api: port } = await freePorts()
  expect(holderOf(port)).toBeUndefined()
  const child = spawn(process.execPath, ['-e', listener, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(holderOf(port)).toMatch(new RegExp(`^process ${child.pid} \\(.*node`))
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('a process is told from any other by its start, and stays the same all its life', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = child.pid ?? 0
  const [own, other] = [startOf(process.pid), startOf(pid)]
  expect(own).not.toBe(other)
  expect(startOf(pid)).toBe(other)
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect([isAlive(pid), startOf(pid)]).toEqual([false, undefined])
})
