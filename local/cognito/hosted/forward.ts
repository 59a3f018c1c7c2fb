import { request as callOn } from 'node:http'
import type { ForwardAws } from './server.ts'

/** Passes a call on unchanged, its Host header too, since that is part of the signature. */
export function forwardTo(awsUrl: () => string): ForwardAws {
  return (request, response) => {
    const onward = callOn(awsUrl(), { method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }
}
