import type { AwsReply, AwsRequest, AwsService } from '../../local/types.ts'

/** Sees what a service was asked, and what it answered. */
export type Watch = (request: AwsRequest, reply: AwsReply) => void

export const watched = (service: AwsService, watch: Watch = () => undefined): AwsService => ({
  ...service,
  async handle(request) {
    const reply = await service.handle(request)
    watch(request, reply)
    return reply
  },
})
