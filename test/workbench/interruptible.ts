import type { AwsRequest, AwsService } from '../../local/types.ts'

/** What an operation answers in place of the service; undefined leaves it to the service, and what is thrown is how it fails. */
export type Answer = (operation: string, input: AwsRequest['input']) => object | undefined | Promise<object | undefined>

/** A service whose answers can be taken over for a while. */
export function interruptible(service: AwsService) {
  let taken: Answer | undefined
  return {
    service: {
      ...service,
      async handle(request: AwsRequest) {
        const answer = await taken?.(request.operation, request.input)
        return answer ? { status: 200, headers: {}, body: JSON.stringify(answer) } : service.handle(request)
      },
    },
    async during<T>(answer: Answer, work: () => Promise<T>): Promise<T> {
      taken = answer
      try {
        return await work()
      } finally {
        taken = undefined
      }
    },
  }
}
