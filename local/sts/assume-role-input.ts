import * as z from 'zod'
import { AwsError } from '../types.ts'

const Tag = z.object({
  Key: z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u),
  Value: z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u),
})

/** Strict, because a session policy that went unheard would widen what the session may do. */
const Input = z.strictObject({
  Action: z.unknown(),
  Version: z.unknown(),
  RoleArn: z.string().min(20),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z.string().optional(),
  Tags: z.array(Tag).max(50).default([]),
  TransitiveTagKeys: z.array(z.string()).max(50).default([]),
})

export interface AssumeRole {
  roleArn: string
  sessionName: string
  durationSeconds: number
  externalId: string | undefined
  tags: Record<string, string>
  transitiveTagKeys: string[]
}

export function readAssumeRole(input: Record<string, unknown>): AssumeRole {
  const parsed = Input.safeParse(input)
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error))
  const { RoleArn, RoleSessionName, DurationSeconds, ExternalId, Tags, TransitiveTagKeys } = parsed.data
  const tags = Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value]))
  const missing = TransitiveTagKeys.find((key) => !(key in tags))
  if (missing)
    throw new AwsError('InvalidParameterValue', `The specified transitive tag key must be included in the requested tags: ${missing}`)
  return {
    roleArn: RoleArn,
    sessionName: RoleSessionName,
    durationSeconds: DurationSeconds,
    externalId: ExternalId,
    tags,
    transitiveTagKeys: TransitiveTagKeys,
  }
}
