import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Timestamp } from '../../shared/schema.ts'

const PROBE_LIMIT = 6_000

const Check = z.object({
  status: z.enum(['ok', 'failed']),
  /** In words, where it failed. */
  message: z.string().optional(),
  durationMs: z.number().int().optional(),
  /** Of the relay: from a write to its event on the bus. */
  lagSeconds: z.number().optional(),
})

export const Health = z.object({
  status: z.enum(['ok', 'failed']),
  timestamp: Timestamp,
  version: z.string(),
  checks: z.object({ database: Check, identity: Check, events: Check }),
})

export const Readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  timestamp: Timestamp,
  checks: z.object({ database: Check, identity: Check, events: Check, seedData: Check, relayLag: Check }),
})

const DEPENDENCIES = {
  lookups: ['TENANTS'],
  calls: ['cognito-idp:DescribeUserPool', 'events:DescribeEventBus'],
} as const

export const getHealth = endpoint({
  route: 'GET /health',
  summary: 'Is it alive: 200 when every dependency answers, 503 when one does not.',
  public: 'Load balancers and monitors ask without a token.',
  limitPerMinute: PROBE_LIMIT,
  reply: Health,
  raw: true,
  ...DEPENDENCIES,
})

export const getReadiness = endpoint({
  route: 'GET /ready',
  summary: 'May it take traffic: dependencies, seed data and the lag of the event relay.',
  public: 'Load balancers and monitors ask without a token.',
  limitPerMinute: PROBE_LIMIT,
  reply: Readiness,
  raw: true,
  ...DEPENDENCIES,
  lookups: ['TENANTS', 'RELAY'],
})

export const getOpenApi = endpoint({
  route: 'GET /openapi.json',
  summary: 'This API as an OpenAPI 3.1 document.',
  public: 'The reference holds no secrets.',
  raw: true,
  assets: ['openapi.json'],
})

export const getDocs = endpoint({
  route: 'GET /docs',
  summary: 'The reference page.',
  public: 'The reference holds no secrets.',
  raw: true,
  assets: ['functions/system/docs.html'],
})

const PAGE_FILES = [
  ...['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'init.js', 'config.js'],
  ...['oauth2-redirect.html', 'oauth2-redirect.js'],
] as const

export const getDocsFile = endpoint({
  route: 'GET /docs/{file}',
  summary: 'A file of the reference page.',
  public: 'The reference holds no secrets.',
  params: z.object({ file: z.enum(PAGE_FILES) }),
  // The hosted login returns to one of them with what it has to say.
  query: z.looseObject({}),
  raw: true,
  assets: [
    'node_modules/swagger-ui-dist/swagger-ui.css',
    'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
    'node_modules/swagger-ui-dist/favicon-32x32.png',
    'functions/system/init.js',
    'functions/system/oauth2-redirect.html',
    'functions/system/oauth2-redirect.js',
  ],
})
