import { RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { keeping } from '../functions/catalogue.ts'
import { INDEXES, LOOKUPS, nameOfIndex } from '../shared/store/keys.ts'
import { filesBucket } from './files-bucket.ts'
import { share } from './parameters.ts'
import { signing } from './signing.ts'
import type { Stage } from './stage.ts'

const text = (name: string) => ({ name, type: AttributeType.STRING })

/** Written once and never again: the record of what happened. */
const AUDIT_KEYS = ['TENANT#*#AUDIT#*']
const SIGNAL_KEYS = ['TENANT#*#SIGNALS#*', 'TENANT#*#DENIALS#*']
const RECORD_KEYS = [...AUDIT_KEYS, ...SIGNAL_KEYS]
/** Of an entry of the audit trail, the one that follows from how long it is kept. */
const WHEN_IT_GOES = ['pk', 'sk', 'ttl']
/** The same, by a transaction alone; tiles are put anew as they grow. */
const SEALED_KEYS = ['TENANT#*#SEALED#*']

/**
 * What may be put beside no transaction (`alone`): nothing of it is told by an event of its own. The record, marks of work that is done,
 * entries of lists, and the link of an invitation.
 */
const ALONE_KEYS = [
  ...RECORD_KEYS,
  'TENANT#*#DONE#*',
  ...Object.values(keeping).flatMap(({ lists = [] }) => lists.map((list) => `TENANT#*#${list}#*`)),
  LOOKUPS.INVITATION_LINK,
]

// Said in the table's own policy, `*` is the table itself; its ARN would make the table wait for itself.
const deny = (actions: string[], conditions: Record<string, Record<string, string | string[]>>) =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: ['*'],
    conditions: { ...conditions, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
  })

/** What nobody may do, whatever their role says; the service's own expiry passes. Overwriting by a put cannot be forbidden, only detected. */
const tablePolicy = () =>
  new PolicyDocument({
    statements: [
      deny(['dynamodb:DeleteItem'], { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [...RECORD_KEYS, ...SEALED_KEYS] } }),
      deny(['dynamodb:UpdateItem'], { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [...SIGNAL_KEYS, ...SEALED_KEYS] } }),
      deny(['dynamodb:UpdateItem'], {
        'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': AUDIT_KEYS },
        'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': WHEN_IT_GOES },
      }),
      deny(['dynamodb:PutItem'], {
        StringNotEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
        'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': ALONE_KEYS },
      }),
      deny(['dynamodb:BatchWriteItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'], {}),
    ],
  })

const NO_ROTATION = {
  id: 'AwsSolutions-SMG4',
  reason: 'Keys of look-ups come from it: another secret would find no stored address any more. It is read by roles that name it, only.',
}

const CHANGED_BY_DEPLOYMENT = {
  id: 'AwsSolutions-SMG4',
  reason: 'Distribution and functions read it when they are deployed, so it changes with a deployment.',
}

/** The one table, all state of the product, the bucket of files, and the secret that its keys and sealed texts come from. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: StackProps & { stage: Stage }) {
    super(scope, id, { ...props, description: 'Tessera: the table, the files and the keyring' })
    const table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      globalSecondaryIndexes: INDEXES.map((index) => ({
        indexName: nameOfIndex(index),
        partitionKey: text(`${index}pk`),
        sortKey: text(`${index}sk`),
      })),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      resourcePolicy: tablePolicy(),
      deletionProtection: stage.retainData,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const { secretArn } = this.keyring(stage)
    share(this, stage, { 'table-name': table.tableName, 'table-arn': table.tableArn, 'table-stream-arn': table.tableStreamArn ?? '' })
    share(this, stage, { 'signing-key-arn': signing[stage.signing].make(this, stage) })
    share(this, stage, { 'bucket-name': filesBucket(this, stage).bucketName })
    share(this, stage, { 'keyring-arn': secretArn, 'origin-secret-arn': this.originSecret(stage).secretArn })
  }

  /** Losing it loses nothing: the distribution and the functions get the next one at the next deployment. */
  private originSecret(stage: Stage): Secret {
    const secret = new Secret(this, 'OriginSecret', {
      description: 'Tessera: shows the functions that a request came by the distribution',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    Validations.of(secret).acknowledge(CHANGED_BY_DEPLOYMENT)
    return secret
  }

  private keyring(stage: Stage): Secret {
    const secret = new Secret(this, 'Keyring', {
      description: 'Tessera: every key of this installation comes from this secret',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    Validations.of(secret).acknowledge(NO_ROTATION)
    return secret
  }
}
