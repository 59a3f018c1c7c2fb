import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { config } from './config.ts'

const before = { ...process.env }
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('TESSERA_')) delete process.env[name]
})
afterEach(() => {
  process.env = { ...before }
})

const REQUIRED = {
  stage: 'TESSERA_STAGE',
  tableName: 'TESSERA_TABLE',
  dataRoleArn: 'TESSERA_DATA_ROLE',
  userPoolId: 'TESSERA_USER_POOL',
  userPoolClientId: 'TESSERA_USER_POOL_CLIENT',
  hostedClientId: 'TESSERA_HOSTED_CLIENT',
  enrolmentClientId: 'TESSERA_ENROLMENT_CLIENT',
  issuer: 'TESSERA_ISSUER',
  keyringSecret: 'TESSERA_KEYRING',
  loginUrl: 'TESSERA_LOGIN_URL',
  eventBusName: 'TESSERA_EVENT_BUS',
  mailFrom: 'TESSERA_MAIL_FROM',
  appUrl: 'TESSERA_APP_URL',
} as const

test('a setting that must be there is named when it is missing, and not before it is needed', () => {
  for (const [setting, variable] of Object.entries(REQUIRED) as [keyof typeof REQUIRED, string][]) {
    expect(() => config[setting]).toThrow(`The environment variable ${variable} is missing`)
    process.env[variable] = 'given'
    expect(config[setting]).toBe('given')
  }
})

test('without further settings a function is as careful as can be', () => {
  expect(config.tenantCredentials).toBe(true)
  expect(config.ipLimitPerMinute).toBe(100)
  expect(config.registration).toBe('open')
  expect(config.customerLimit).toBe(25)
  expect(config.strict).toBe(false)
  expect(config.outboundToLoopback).toBe(false)
  expect(config.version).toBe('0.0.0')
  expect(config.apiUrl).toBeUndefined()
})

test('settings are read when asked for', () => {
  Object.assign(process.env, {
    TESSERA_TENANT_CREDENTIALS: 'false',
    TESSERA_IP_LIMIT: '5',
    TESSERA_REGISTRATION: 'invited',
    TESSERA_STRICT: 'true',
  })
  expect([config.tenantCredentials, config.ipLimitPerMinute, config.registration, config.strict]).toEqual([false, 5, 'invited', true])
})
