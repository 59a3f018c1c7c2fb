import { type CallOptions, type ClientOptions, send } from './call.ts'
import { type Operations, routes } from './operations.ts'

/** The API as functions: `const { data } = await createClient({ baseUrl, token }).getUser({ params: { id } })`. */
export function createClient(options: ClientOptions): Operations {
  const calls = Object.entries(routes).map(([name, [method, path]]) => [
    name,
    (input: CallOptions = {}) => send(options, method, path, input),
  ])
  return Object.fromEntries(calls) as unknown as Operations
}
