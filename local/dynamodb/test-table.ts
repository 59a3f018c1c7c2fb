import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { startFront } from '../aws/front.ts'
import { dataRoleArn, functionRoleArn, region, sampleDeployment } from '../aws/test-deployment.ts'
import { createIam } from '../iam/iam.ts'
import { createCredentials } from '../sts/credentials.ts'
import { createSts } from '../sts/sts.ts'
import type { Clock } from '../types.ts'
import { startDynamoDb } from './dynamodb.ts'

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** The sample table behind a front door, with SDK clients for whoever calls; for tests. */
export async function startTestTable(options: { dataDir?: string; clock?: Clock; table?: Record<string, unknown>; port?: number } = {}) {
  const deployment = sampleDeployment(options.table)
  const iam = createIam(deployment)
  const credentials = createCredentials({ account: deployment.account, iam })
  const lines: string[] = []
  const log = (part: string, line: string) => void lines.push(`${part}: ${line}`)
  const { dataDir, clock, port = 0 } = options
  const db = await startDynamoDb({ deployment, port, log, sweepEveryMs: 3_600_000, ...(dataDir && { dataDir }), ...(clock && { clock }) })
  const front = await startFront({ port: 0, services: [db.service, createSts({ iam, credentials })], credentials, iam, log })
  const open: Array<{ destroy(): void }> = []
  const settings = (keys: Keys) => ({ endpoint: front.url, region, maxAttempts: 1, credentials: keys })
  const client = (keys: Keys) => {
    const made = new DynamoDBClient(settings(keys))
    open.push(made)
    return made
  }
  const streams = new DynamoDBStreamsClient(settings(credentials.root()))
  const sts = new STSClient(settings(credentials.forRole(functionRoleArn, 'create-user')))
  open.push(streams, sts)
  return {
    db,
    front,
    lines,
    streams,
    /** The stack itself, which may do everything. */
    root: client(credentials.root()),
    /** The function's own role, which has no right to the table. */
    own: client(credentials.forRole(functionRoleArn)),
    /** The data role, as the product assumes it for a tenant. */
    async as(tenant: string | undefined) {
      const tags = tenant === undefined ? {} : { Tags: [{ Key: 'tenant', Value: tenant }] }
      const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: dataRoleArn, RoleSessionName: 'test', ...tags }))
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = keys ?? {}
      return client({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken })
    },
    async close() {
      for (const each of open) each.destroy()
      await front.close()
      await db.close()
    },
  }
}

export type TestTable = Awaited<ReturnType<typeof startTestTable>>
