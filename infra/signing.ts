import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { Stage } from './stage.ts'

const description = 'Tessera: signs the checkpoints of every audit trail'

const NO_ROTATION = {
  id: 'AwsSolutions-SMG4',
  reason: 'Customers hold the public key that comes from it; another would be another signer to them.',
}

const removalOf = ({ retainData }: Stage) => (retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)

function key(scope: Construct, stage: Stage): string {
  const made = new Key(scope, 'SigningKey', {
    description,
    keySpec: KeySpec.ECC_NIST_EDWARDS25519,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: removalOf(stage),
  })
  return made.keyArn
}

function secret(scope: Construct, stage: Stage): string {
  const made = new Secret(scope, 'SigningSecret', {
    description,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: removalOf(stage),
  })
  Validations.of(made).acknowledge(NO_ROTATION)
  return made.secretArn
}

/** What signs, as the stage says: how it is made, and what it takes to use it (`shared/signing.ts`). */
export const signing = {
  kms: { make: key, actions: ['kms:GetPublicKey', 'kms:Sign'] },
  secret: { make: secret, actions: ['secretsmanager:GetSecretValue'] },
}
