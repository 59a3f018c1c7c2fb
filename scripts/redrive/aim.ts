import { readDescription } from '../../local/data-folder.ts'

/** Points the AWS SDK at a deployment, and gives how its queues' names begin. */
export function aim({ stage, data }: { stage?: string | undefined; data: string }): string {
  if (stage !== undefined) return `tessera-${stage}-`
  const running = readDescription(data)
  if (!running) throw new Error(`No stack runs from ${data}. Start it with \`npm start\`, or name a deployment on AWS: --stage dev`)
  const { urls, region, credentials } = running
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: urls.aws,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  })
  return 'tessera-local-'
}
