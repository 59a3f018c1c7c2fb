import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { checkpointText, openCheckpoint, readCheckpoint } from './checkpoint.ts'
import { fromBase64, openNote, rawKey, readVerifier, signedNote, verifierKey } from './note.ts'
import { leafHash } from './tree.ts'

/** The example of the specification (`golang.org/x/mod/sumdb/note`). */
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const LINE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const NOTE = `${TEXT}\n${LINE}`

describe('a signed note', () => {
  const peter = readVerifier(KEY)

  test('opens as the specification signed it, beside signatures of others', () => {
    expect(openNote(NOTE, peter)).toBe(TEXT)
    expect(openNote(`${TEXT}\n— witness.example AAAAAAAA\n${LINE}`, peter)).toBe(TEXT)
    const signature = fromBase64(LINE.split(' ').at(-1)?.trim() ?? '').subarray(4)
    expect(signedNote(TEXT, peter, signature)).toBe(NOTE)
  })
  test('does not open with a character changed, without its signature or for another key', () => {
    expect(() => openNote(NOTE.replace('answer', 'Answer'), peter)).toThrow('is not of this text')
    expect(() => openNote(TEXT, peter)).toThrow('no line of a signature')
    expect(() => openNote(NOTE.replace('PeterNeumann x', 'PaulNeumann x'), peter)).toThrow('did not sign')
    expect(() => openNote(NOTE.replace('x08g', 'x08G'), peter)).toThrow()
  })
  test('knows a key by its name and id, and refuses one that was changed', () => {
    expect(verifierKey('PeterNeumann', fromBase64(KEY.split('+').slice(2).join('+')).subarray(1))).toBe(KEY)
    expect(() => readVerifier(KEY.replace('c74f', 'c74e'))).toThrow('does not have the id')
    expect(() => readVerifier(KEY.replace('PeterN', 'peterN'))).toThrow('does not have the id')
    expect(() => readVerifier('PeterNeumann')).toThrow('no key')
    expect(() => verifierKey('two words', new Uint8Array(32))).toThrow('names no key')
  })
})

describe('a checkpoint', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const verifier = readVerifier(verifierKey('audit.example/org_1', rawKey(publicKey.export({ format: 'der', type: 'spki' }))))
  const root = leafHash(Buffer.from('first'))
  const text = checkpointText({ origin: 'audit.example/org_1', size: 1, root })
  const signed = (body: string) => signedNote(body, verifier, sign(null, Buffer.from(body), privateKey))

  test('says of which tree it is, how large that was and its root, and is read as it was signed', () => {
    expect(text.split('\n').slice(0, 2)).toEqual(['audit.example/org_1', '1'])
    const read = openCheckpoint(signed(text), verifier)
    expect({ ...read, root: Buffer.from(read.root).toString('hex') }).toEqual({
      origin: 'audit.example/org_1',
      size: 1,
      root: Buffer.from(root).toString('hex'),
    })
  })
  test.each([
    ['a size that is none', text.replace('\n1\n', '\n01\n')],
    ['a size beyond all', text.replace('\n1\n', '\n99999999999999999999\n')],
    ['a root that is none', 'origin\n1\nAAAA\n'],
    ['no lines', 'origin\n'],
  ])('is refused with %s', (_what, body) => {
    expect(() => readCheckpoint(body)).toThrow()
  })
})
