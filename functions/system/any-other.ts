import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { methodOf, pathOf } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { traceHeaders, traceOf } from '../../shared/serve/incoming.ts'
import { failure, toResult } from '../../shared/serve/respond.ts'
import { METHOD_NOT_ALLOWED } from './problems.ts'
import { routes } from './routes.ts'

const patterns = routes.map((route) => ({
  method: methodOf({ route }),
  pattern: new RegExp(
    `^${pathOf({ route })
      .replace(/[.]/g, '\\.')
      .replace(/\{\w+\}/g, '[^/]+')}$`,
  ),
}))

/** The methods that an address takes. */
const allowed = (path: string) => patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)

/** What no route took: an address that does not exist (404), or one that takes other methods (405). */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const methods = allowed(event.rawPath)
  const error = methods.length
    ? problem(METHOD_NOT_ALLOWED, { message: `This address takes ${methods.join(', ')}.`, headers: { allow: methods.join(', ') } })
    : problem('NOT_FOUND', { message: 'There is no such address; see /docs.' })
  const trace = traceOf(event.headers ?? {})
  const answer = failure(error, { now: new Date().toISOString(), path: event.rawPath, requestId: trace.requestId })
  return toResult({ ...answer, headers: { ...answer.headers, ...traceHeaders(trace, event.headers ?? {}) } })
}
