import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateEmailIdentityCommand, SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deploymentOf, manualClock, serveServices } from '../bus/test-stack.ts'
import type { AwsRequest } from '../types.ts'
import { type LocalMail, startMail } from './mail.ts'
import type { Mail } from './mailbox.ts'

const identity = (EmailIdentity: string) => ({ type: 'AWS::SES::EmailIdentity', id: EmailIdentity, properties: { EmailIdentity } })
const deployment = deploymentOf([identity('tessera.example'), identity('Alice@Partner.example')])
const clock = manualClock()

let dataDir: string
let mail: LocalMail
let client: SESv2Client
let server: Awaited<ReturnType<typeof serveServices>>

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tessera-mail-'))
  mail = await startMail({ deployment, port: 0, dataDir, log: () => {}, now: clock.now })
  server = await serveServices([mail.service])
  const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'secret' }
  client = new SESv2Client({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await server.close()
  await mail.close()
})

const simple = (more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'Tessera <no-reply@tessera.example>',
  Destination: { ToAddresses: ['ada@customer.example'] },
  Content: { Simple: { Subject: { Data: 'Welcome' }, Body: { Text: { Data: 'Code 123456' }, Html: { Data: '<b>Code</b> 123456' } } } },
  ...more,
})
const send = (more: Partial<SendEmailCommandInput> = {}) => client.send(new SendEmailCommand(simple(more)))
const raw = (lines: string[]) => ({ Raw: { Data: Buffer.from(lines.join('\r\n')) } })
const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${mail.port}${path}`, init)
const messages = async (query = '') => (await (await get(`/messages${query}`)).json()) as Mail[]

describe('SendEmail', () => {
  test('a sent mail stands in the inbox under the id that was answered', async () => {
    const { MessageId } = await send({ ReplyToAddresses: ['help@tessera.example'] })
    expect(await messages()).toEqual([
      {
        id: MessageId,
        to: 'ada@customer.example',
        from: 'Tessera <no-reply@tessera.example>',
        subject: 'Welcome',
        text: 'Code 123456',
        html: '<b>Code</b> 123456',
        date: new Date(clock.now()).toISOString(),
        replyTo: 'help@tessera.example',
      },
    ])
  })

  test('a sender that is no verified identity is rejected in the words of SES', async () => {
    await expect(send({ FromEmailAddress: 'no-reply@other.example' })).rejects.toMatchObject({
      name: 'MessageRejected',
      message: 'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: no-reply@other.example',
    })
    expect(await messages()).toEqual([])
  })

  /** SES: an address or its domain is verified, subdomains with it; domains without, local parts with case. */
  const senders: [string, boolean][] = [
    ['no-reply@tessera.example', true],
    ['no-reply@Tessera.EXAMPLE', true],
    ['no-reply@mail.tessera.example', true],
    ['Alice@partner.example', true],
    ['alice@partner.example', false],
    ['bob@partner.example', false],
    ['x@nottessera.example', false],
  ]
  test.each(senders)('%s may send: %s', async (FromEmailAddress, verified) => {
    const sending = send({ FromEmailAddress })
    if (verified) expect((await sending).MessageId).toBeDefined()
    else await expect(sending).rejects.toMatchObject({ name: 'MessageRejected' })
  })

  const refused: [string, Partial<SendEmailCommandInput>][] = [
    ['no sender', { FromEmailAddress: undefined }],
    ['no recipient', { Destination: { ToAddresses: [] } }],
    ['no destination', { Destination: undefined }],
    ['51 recipients', { Destination: { ToAddresses: Array.from({ length: 51 }, (_, n) => `u${n}@customer.example`) } }],
    ['an address without domain', { Destination: { ToAddresses: ['ada'] } }],
    ['a line break in an address', { Destination: { ToAddresses: ['ada@customer.example\r\nBcc: x@y.example'] } }],
    ['a template', { Content: { Template: { TemplateName: 'x' } } }],
    ['no subject', { Content: { Simple: { Subject: { Data: undefined }, Body: { Text: { Data: 'x' } } } } }],
    ['no body', { Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } }],
  ]
  test.each(refused)('%s is refused', async (_, more) => {
    await expect(send(more)).rejects.toMatchObject({ name: 'BadRequestException' })
    expect(await messages()).toEqual([])
  })

  test('another operation is refused', async () => {
    const call = { operation: new CreateEmailIdentityCommand({ EmailIdentity: 'x' }).constructor.name, input: {} } as unknown as AwsRequest
    await expect(mail.service.handle(call)).rejects.toMatchObject({ code: 'NotFoundException' })
  })

  test('a raw mail is read: encoded subject, alternatives, transfer encodings', async () => {
    const lines = [
      'From: Tessera <no-reply@tessera.example>',
      'To: "Lovelace, Ada" <ada@customer.example>,',
      ' bob@customer.example',
      'Cc: carol@customer.example',
      'Reply-To: help@tessera.example',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?UTF-8?B?IEvDtmxu?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="outer"',
      '',
      'preamble',
      '--outer',
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Sch=C3=B6n, dass =',
      'du da bist',
      '--inner',
      'Content-Type: text/html; charset="utf-8"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('<p>Schön</p>').toString('base64'),
      '--inner--',
      '--outer',
      'Content-Type: text/plain; name=a.txt',
      'Content-Disposition: attachment; filename=a.txt',
      '',
      'attached',
      '--outer--',
    ]
    await send({ FromEmailAddress: undefined, Destination: undefined, Content: raw(lines) })
    expect((await messages())[0]).toMatchObject({
      to: '"Lovelace, Ada" <ada@customer.example>, bob@customer.example',
      cc: 'carol@customer.example',
      replyTo: 'help@tessera.example',
      subject: 'Grüße aus Köln',
      text: 'Schön, dass du da bist',
      html: '<p>Schön</p>',
    })
    expect(await messages('?to=ada@customer.example')).toHaveLength(1)
  })

  test('a raw mail without types or body is a text in UTF-8; an unknown charset is read as Latin 1', async () => {
    await send({ Content: raw(['Subject: plain', '', 'Grüße']) })
    await send({ Content: raw(['Content-Type: text/plain; charset=klingon', '', 'x']) })
    await send({ Content: raw(['Content-Type: application/pdf']) })
    const [pdf, unknown, plain] = await messages()
    expect(plain).toMatchObject({ subject: 'plain', text: 'Grüße' })
    expect(unknown).toMatchObject({ subject: '', text: 'x' })
    expect(pdf).toMatchObject({ text: '', html: '' })
  })
})

describe('permissions asked for', () => {
  const needs = (more: Partial<SendEmailCommandInput>) =>
    mail.service.needs({ operation: 'SendEmail', input: simple(more) } as unknown as AwsRequest)
  test('on the identity that covers the sender, with the addresses as conditions', () => {
    const context = { 'ses:FromAddress': ['no-reply@mail.tessera.example'], 'ses:Recipients': ['ada@customer.example', 'c@d.example'] }
    const input = {
      FromEmailAddress: 'no-reply@mail.tessera.example',
      Destination: { ToAddresses: ['Ada <ada@customer.example>'], CcAddresses: ['c@d.example'] },
      ConfigurationSetName: 'set',
    }
    expect(needs(input)).toEqual([
      { action: 'ses:SendEmail', resource: 'arn:aws:ses:eu-central-1:000000000000:identity/tessera.example', context },
      { action: 'ses:SendEmail', resource: 'arn:aws:ses:eu-central-1:000000000000:configuration-set/set', context },
    ])
  })
  test('on the address itself where nothing covers it, and with the name it shows', () => {
    const [asked] = needs({ FromEmailAddress: '"Some Body" <x@y.example>' })
    expect(asked).toMatchObject({
      resource: 'arn:aws:ses:eu-central-1:000000000000:identity/x@y.example',
      context: { 'ses:FromDisplayName': ['Some Body'] },
    })
  })
})

describe('the inbox JSON', () => {
  test('newest first, filtered by recipient without case, copies included', async () => {
    await send({ Destination: { ToAddresses: ['first@customer.example'], CcAddresses: ['boss@customer.example'] } })
    await send({ Destination: { BccAddresses: ['Second@customer.example'] } })
    expect((await messages()).map(({ to }) => to)).toEqual(['Second@customer.example', 'first@customer.example'])
    expect((await messages('?to=second@Customer.example')).map(({ bcc }) => bcc)).toEqual(['Second@customer.example'])
    expect(await messages('?to=boss@customer.example')).toHaveLength(1)
    expect(await messages('?to=customer.example')).toEqual([])
  })

  test('a list already known is not sent again', async () => {
    await send()
    const etag = (await get('/messages')).headers.get('etag') ?? ''
    expect((await get('/messages', { headers: { 'if-none-match': etag } })).status).toBe(304)
    await send()
    expect((await get('/messages', { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  test('one mail by id; an unknown one is 404', async () => {
    const { MessageId } = await send()
    expect(await (await get(`/messages/${MessageId}`)).json()).toMatchObject({ id: MessageId })
    expect((await get('/messages/nope')).status).toBe(404)
    expect((await get(`/messages/${MessageId}/pdf`)).status).toBe(404)
  })

  test('DELETE empties the inbox, also after a restart', async () => {
    await send()
    expect((await get('/messages', { method: 'DELETE' })).status).toBe(204)
    expect(await messages()).toEqual([])
    await restart()
    expect(await messages()).toEqual([])
  })

  test('methods and paths that are not there', async () => {
    expect((await get('/messages', { method: 'PUT' })).status).toBe(405)
    expect((await get('/messages/x', { method: 'DELETE' })).status).toBe(405)
    expect((await get('/favicon.ico')).status).toBe(404)
    expect(await (await get('/messages', { method: 'HEAD' })).text()).toBe('')
    expect((await get('/', { method: 'HEAD' })).status).toBe(200)
  })
})

async function restart() {
  await mail.close()
  mail = await startMail({ deployment, port: 0, dataDir, log: () => {}, now: clock.now })
}

describe('what is kept', () => {
  test('mails survive a restart', async () => {
    await send()
    await restart()
    expect(await messages()).toHaveLength(1)
  })

  test('the last thousand mails are kept, in memory and on disk', async () => {
    const input = { ...simple() } as Record<string, unknown>
    for (let n = 0; n < 2_100; n++) {
      const Content = { Simple: { Subject: { Data: String(n) }, Body: { Text: { Data: 'x' } } } }
      await mail.service.handle({ operation: 'SendEmail', input: { ...input, Content } } as unknown as AwsRequest)
    }
    const subjects = (await messages()).map(({ subject }) => subject)
    expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([1000, '2099', '1100'])
    await restart()
    expect((await messages()).map(({ subject }) => subject)).toEqual(subjects)
  })

  test('a port in use is an error at start', async () => {
    await expect(startMail({ deployment, port: mail.port, dataDir, log: () => {} })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

/** `fetch` sets Host itself, so a foreign one needs the bare client. */
const statusFor = (host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ port: mail.port, host: '127.0.0.1', path: '/messages', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

describe('who may look', () => {
  test('pages of this machine may read, foreign ones may neither read nor delete', async () => {
    await send()
    const local = await get('/messages', { headers: { origin: 'http://localhost:3000' } })
    expect(local.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    const preflight = await get('/messages', { method: 'OPTIONS', headers: { origin: 'http://app.localhost' } })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, DELETE'])
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const foreign = await get('/messages', { method: 'DELETE', headers: { origin } })
      expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null])
    }
    expect(await messages()).toHaveLength(1)
  })

  test('a host name that merely resolves to this machine is refused', async () => {
    expect(await statusFor('rebound.evil.example')).toBe(403)
    expect(await statusFor('localhost:3002')).toBe(200)
  })
})

describe('the page', () => {
  test('the page and its parts run under a policy that allows nothing but themselves', async () => {
    const page = await get('/')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const html = await page.text()
    expect(html).not.toMatch(/<script(?![^>]*src="\/inbox\.js")|\son\w+=|style=/)
    expect((await get('/inbox.css')).headers.get('content-type')).toContain('text/css')
    expect((await get('/inbox.js')).headers.get('content-type')).toContain('text/javascript')
  })

  test("a mail's HTML is served in a sandbox that runs no script and loads nothing", async () => {
    const { MessageId } = await send({
      Content: {
        Simple: {
          Subject: { Data: '<script>alert(1)</script>' },
          Body: { Html: { Data: '<script>alert(1)</script><a href="https://x.example">x</a>' } },
        },
      },
    })
    const view = await get(`/messages/${MessageId}/html`)
    const policy = view.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/)
    expect(policy).not.toContain('script')
    expect(await view.text()).toContain('<base target="_blank">')
  })
})
