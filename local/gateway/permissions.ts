import type { Deployment, Resource } from '../types.ts'

/** Which functions the template lets API Gateway call, and for which routes: without it AWS answers 500, so the local gateway does. */
export function invokePermissions(deployment: Deployment, api: Resource): (functionArn: string, routeKey: string) => boolean {
  const permissions = deployment.ofType('AWS::Lambda::Permission').filter(({ properties }) => {
    return properties.Principal === 'apigateway.amazonaws.com' && properties.Action === 'lambda:InvokeFunction'
  })
  return (functionArn, routeKey) => {
    const source = `arn:aws:execute-api:${deployment.region}:${deployment.account}:${api.ref}/$default/${sourceOf(routeKey)}`
    return permissions.some(({ properties }) => {
      const { FunctionName: name, SourceArn: pattern } = properties
      return (functionArn === name || functionArn.endsWith(`:function:${String(name)}`)) && (!pattern || matches(String(pattern), source))
    })
  }
}

/** `GET /users/{id}` is asked for as `GET/users/{id}`, the catch-all route as `$default`. */
function sourceOf(routeKey: string): string {
  return routeKey.replace(' ', '')
}

function matches(pattern: string, source: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`).test(source)
}
