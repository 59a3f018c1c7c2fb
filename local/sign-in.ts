import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { type Cognito, startCognito } from './cognito/cognito.ts'
import type { ForwardAws } from './cognito/hosted/server.ts'
import type { SendCode } from './cognito/world.ts'
import type { Mailbox } from './mail/mailbox.ts'
import type { Deployment, Invoke, Log, Ports } from './types.ts'

export interface SignInOptions {
  ports: Ports
  dataDir: string
  deployment: Deployment
  invoke: Invoke
  mailbox: Mailbox
  log: Log
}

/** Cognito with its hosted login: calls of its API go through the front door, and what it mails by itself lands in the inbox. */
export function startSignIn({ ports, dataDir, deployment, invoke, mailbox, log }: SignInOptions): Promise<Cognito> {
  const apiOrigin = `http://localhost:${ports.api}`
  const forwardAws = forwardTo(ports.aws)
  return startCognito({ deployment, dataDir, loginPort: ports.login, apiOrigin, invoke, log, forwardAws, sendCode: sendInto(mailbox) })
}

function forwardTo(port: number): ForwardAws {
  return (request, response) => {
    const { url, method, headers } = request
    const onward = httpRequest({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }
}

/** In Cognito's own words and from its own address. */
function sendInto(mailbox: Mailbox): SendCode {
  return (user, code, purpose) => {
    const [subject, text] =
      purpose === 'ForgotPassword'
        ? ['Your verification code', `Your verification code is ${code}`]
        : ['Your temporary password', `Your username is ${user.username} and temporary password is ${code}`]
    const to = user.attributes.email ?? user.username
    mailbox.add({ id: randomUUID(), to, from: 'no-reply@verificationemail.com', subject, text, html: '', date: new Date().toISOString() })
  }
}
