import { expect, test } from '@jest/globals'
import { maskSecrets } from './mask-secrets.ts'

test('secrets are masked at every depth, on either side, and told to have changed', () => {
  const changes = {
    secretHash: { old: 'a', new: 'b' },
    channels: { new: [{ url: 'https://hooks.example.com', accessToken: 'c' }] },
    cursorKey: { old: 'd' },
  }
  expect(maskSecrets(changes)).toEqual({
    secretHash: { old: '***', new: '***' },
    channels: { new: [{ url: 'https://hooks.example.com', accessToken: '***' }] },
    cursorKey: { old: '***' },
  })
})

test('what an application calls its things by is none', () => {
  const changes = { key: { new: 'PO-7' }, attributes: { new: { key: 'PO-8' } } }
  expect(maskSecrets(changes)).toEqual(changes)
})
