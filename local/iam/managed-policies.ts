const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
})
const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const writeTraces = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
]

/** AWS managed policies by the end of their ARN, as the AWS Managed Policy Reference Guide prints them. */
export const managedPolicies: Record<string, unknown> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(...writeLogs),
  AWSXRayDaemonWriteAccess: allow(...writeTraces),
  AWSXrayWriteOnlyAccess: allow(...writeTraces),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow(
    ...writeLogs,
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ),
}
