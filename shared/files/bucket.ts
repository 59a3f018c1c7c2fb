import type { IncomingMessage } from 'node:http'
import { type AwsCall, AwsCallError, givenEndpoint, hostOf, openAws, ownCredentials, regionOf } from '../aws-call.ts'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import { credentialsFor } from '../store/credentials.ts'
import type { Meter } from '../store/meter.ts'
import { type Area, MAX_SECONDS, objectKey } from './areas.ts'
import type { Signing } from './presign.ts'

/** Whose files, on whose account, and when. */
export interface FileCall {
  tenant: { id: string }
  meter: Meter
  now: string
}

/** S3 may take its time over a large file. */
const SILENCE_MS = 20_000
const DEFAULT_SECONDS = 300
const KEY = /^fil_[0-9a-hjkmnp-tv-z]{26}\/[A-Za-z0-9][\w.-]{0,99}$/

/** Where other hosts than AWS's have no names for buckets, the path names them. */
export function bucketUrl(): URL {
  const given = givenEndpoint('S3')
  return new URL(given ? `${given}/${config.bucketName}/` : `https://${config.bucketName}.${hostOf('s3')}/`)
}

/** Throws `NOT_FOUND` for what can be no file's key: it may come from a caller. */
export function fileUrl({ tenant }: FileCall, area: Area, key: string): URL {
  if (!KEY.test(key)) throw problem('NOT_FOUND')
  return new URL(objectKey(area, tenant.id, key), bucketUrl())
}

const credentialsOf = async ({ tenant, meter, now }: FileCall, livingMs?: number) =>
  config.tenantCredentials ? credentialsFor(tenant.id, meter, Date.parse(now), livingMs) : ownCredentials()

/** One request to S3 on the tenant's credentials. */
export const askS3 = (
  call: FileCall,
  method: AwsCall['method'] & string,
  url: URL,
  more: Partial<AwsCall> = {},
): Promise<IncomingMessage> =>
  call.meter.during(async () =>
    openAws({ service: 's3', method, url, credentials: await credentialsOf(call), headers: {}, silenceMs: SILENCE_MS, ...more }),
  )

/** For something that may be done for so long; on credentials that live as long. */
export async function signing(call: FileCall, seconds = DEFAULT_SECONDS): Promise<Signing> {
  if (!(seconds > 0 && seconds <= MAX_SECONDS))
    throw new RangeError(`A link or a form lives at most ${MAX_SECONDS} seconds, not ${seconds}.`)
  return { region: regionOf(), credentials: await credentialsOf(call, seconds * 1000), at: new Date(call.now), seconds }
}

/** S3 answers 403 for what is not there to whoever may not list, and here nobody may. */
export const isAbsent = (error: unknown) => error instanceof AwsCallError && (error.status === 404 || error.status === 403)

export function asProblem(error: unknown): never {
  if (isAbsent(error)) throw problem('NOT_FOUND', { cause: error })
  if (error instanceof AwsCallError && error.status === 412) {
    throw problem('PRECONDITION_FAILED', {
      message: 'This file was replaced while it was read. Upload it once more, by a new form.',
      cause: error,
    })
  }
  throw error
}
