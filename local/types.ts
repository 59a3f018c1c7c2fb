/**
 * The seams of the local stack. Each emulated AWS service is an `AwsService`; one front door (`local/aws/`)
 * authenticates every call by its SigV4 signature, asks the caller's IAM policies, and only then lets the service answer.
 */

/** Who makes a call: a role's credentials (a function's own, or assumed), or the stack itself. */
export interface Caller {
  /** ARN of the role, or `arn:aws:iam::000000000000:root` for the stack itself, which may do everything. */
  roleArn: string
  /** Session tags, as `aws:PrincipalTag/<key>` sees them. */
  tags: Record<string, string>
  accessKeyId: string
}

export interface AwsRequest {
  /** The service name of the SigV4 credential scope: `dynamodb`, `sts`, `cognito-idp`, `events`, `sqs`, `ses`, `secretsmanager`. */
  service: string
  /** `PutItem`, `AssumeRole`, … ; for REST services (SESv2) derived from method and path by the front. */
  operation: string
  /** Parsed body: JSON, or the fields of a form for query-protocol services. */
  input: Record<string, unknown>
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
  /** How a service asks for IAM's answer on something only its handling discovers. */
  caller: Caller
}

export interface AwsReply {
  status: number
  headers?: Record<string, string>
  body: string | Buffer
}

/** One question to IAM. */
export interface IamRequest {
  action: string
  resource: string
  /** Condition keys with their values (`dynamodb:LeadingKeys`: […]). Caller keys (`aws:PrincipalTag/…`) are added by IAM. */
  context: Record<string, string[]>
}

export interface AwsService {
  name: string
  /** What IAM must allow, all of it, for this request. An empty list: the operation needs no permission (sts:GetCallerIdentity). */
  needs(request: AwsRequest): IamRequest[]
  handle(request: AwsRequest): Promise<AwsReply>
  close?(): Promise<void>
}

/** Thrown by a service: becomes AWS's error shape in the protocol of the call. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error's body, such as `CancellationReasons`. */
  readonly details: Record<string, unknown>
  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
    this.details = details
  }
}

/** A resource of the synthesized templates with every intrinsic function resolved. */
export interface Resource {
  logicalId: string
  stack: string
  type: string
  /** Name, id or URL: what `Ref` gives. */
  ref: string
  properties: Record<string, unknown>
  /** Its CloudFormation `Metadata`, for instance `aws:asset:path`. */
  metadata: Record<string, unknown>
}

/** Every stack of the app, resolved: the only description of the product that the local stack reads. */
export interface Deployment {
  region: string
  account: string
  resources: Resource[]
  /** All resources of a CloudFormation type, in template order. */
  ofType(type: string): Resource[]
  /** What `Fn::GetAtt` gives. */
  attribute(resource: Resource, name: string): string
}

/** Runs a function of the template by name or ARN, in its own worker, and returns its answer; throws `FunctionError` when the handler threw. */
export type Invoke = (functionNameOrArn: string, event: unknown) => Promise<unknown>

export class FunctionError extends Error {
  readonly errorType: string
  constructor(errorType: string, message: string) {
    super(message)
    this.errorType = errorType
  }
}

/** Prints one line of progress or trouble, prefixed by its part. */
export type Log = (part: string, line: string) => void

/** The clock in epoch milliseconds; tests pass their own. */
export type Clock = () => number

export interface Ports {
  /** The HTTP API, `/docs`. */
  api: number
  /** Hosted login, JWKS, OAuth, and Cognito's own API. */
  login: number
  /** Inbox page and its JSON. */
  inbox: number
  /** The AWS-shaped front door of all services. */
  aws: number
  /** DynamoDB Local itself (behind the front door). */
  dynamodb: number
  /** S3: objects, presigned addresses and forms. */
  s3: number
}
