import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { logger, MetricUnit, masked, metrics } from './telemetry.ts'

test.each([
  ['User ada@example.com is unknown', 'User a***@e*** is unknown'],
  ['<ada.lovelace+x@mail.example.co.nz>,"bob@b.io"', '<a***@m***>,"b***@b***"'],
  ['call +6421123456 or +14155550123.', 'call +64*** or +14***.'],
  ['no address @ here, 2+2=4, +1', 'no address @ here, 2+2=4, +1'],
])('%j is logged as %j', (text, logged) => {
  expect(masked(text)).toBe(logged)
})

test('no address of the usual form passes, whatever stands around it', () => {
  const usual = fc.emailAddress({ size: 'small' }).filter((mail) => /^[\w.+-]+@/.test(mail))
  fc.assert(
    fc.property(usual, fc.constantFrom('', ' ', '"', '(', ': '), (mail, around) => {
      expect(masked(`${around}${mail}${around}`)).not.toContain(mail.slice(0, mail.indexOf('@') + 2))
    }),
  )
})

test('the paths of a stack stay readable', () => {
  const line = 'at send (/var/task/node_modules/@aws-sdk/core/dist-cjs/index.js:12:3)'
  expect(masked(line)).toBe(line)
})

describe('a line', () => {
  const before = process.env.TESSERA_LOG_LEVEL
  const printed = jest.spyOn(process.stdout, 'write').mockImplementation(() => true)
  const lines = () => printed.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
  const dimensions = { method: 'GET', route: 'GET /probe', status_code: '200' }

  beforeEach(() => {
    printed.mockClear()
    logger.resetKeys()
    process.env.TESSERA_LOG_LEVEL = 'INFO'
  })
  afterAll(() => {
    printed.mockRestore()
    process.env.TESSERA_LOG_LEVEL = before
  })

  test('names the trace of a request that is traced, and none where nothing is recorded', () => {
    const told = ['Root=1-a-b;Parent=c;Sampled=1;Lineage=d', 'Root=1-a-b;Parent=c;Sampled=0', 'Root=1-a-b', undefined].map((traceId) => {
      printed.mockClear()
      if (traceId) process.env._X_AMZN_TRACE_ID = traceId
      else delete process.env._X_AMZN_TRACE_ID
      logger.info('x')
      return lines()[0]?.xray_trace_id
    })
    expect(told).toEqual(['1-a-b', undefined, undefined, undefined])
  })

  test('is JSON with level, time, service and the keys of its request, until the next request', () => {
    logger.appendKeys({ requestId: 'req_1' })
    logger.warn('look', { n: 1 })
    logger.resetKeys()
    logger.error('again')
    expect(lines()).toMatchObject([
      { level: 'WARN', message: 'look', service: 'tessera', requestId: 'req_1', n: 1, timestamp: expect.stringMatching(/Z$/) },
      { level: 'ERROR', message: 'again' },
    ])
    expect(lines()[1]).not.toHaveProperty('requestId')
  })

  test('below the level is not written, and an unknown level hides nothing of importance', () => {
    process.env.TESSERA_LOG_LEVEL = 'ERROR'
    logger.info('a')
    logger.warn('b')
    logger.error('c')
    process.env.TESSERA_LOG_LEVEL = 'LOUD'
    logger.info('d')
    expect(lines().map(({ message }) => message)).toEqual(['c', 'd'])
  })

  test('of a thrown error names it without addresses, and one that JSON cannot hold is told by its message', () => {
    logger.error('failed', { error: new Error('ada@example.com') })
    const circle: Record<string, unknown> = {}
    circle.self = circle
    logger.error('round', circle)
    expect(lines()).toMatchObject([{ error: { name: 'Error', message: 'a***@e***' } }, { message: 'round', unsaid: { name: 'TypeError' } }])
  })

  test('of a request carries its metric as CloudWatch reads it, and the next line none', () => {
    metrics.measureRequest(dimensions, 0.012)
    logger.info('request', { waves: 1 })
    logger.info('other')
    const [request, other] = lines()
    expect(request).toMatchObject({ message: 'request', waves: 1, http_request_duration_seconds: 0.012, service: 'tessera', ...dimensions })
    expect(request).toHaveProperty('_aws.CloudWatchMetrics.0', {
      Namespace: 'Tessera',
      Dimensions: [['service', 'method', 'route', 'status_code']],
      Metrics: [{ Name: 'http_request_duration_seconds', Unit: 'Seconds' }],
    })
    expect(other).not.toHaveProperty('_aws')
  })

  test('is written for a metric even where the level hides requests, and not where everything is silent', () => {
    for (const level of ['ERROR', 'SILENT']) {
      process.env.TESSERA_LOG_LEVEL = level
      metrics.measureRequest(dimensions, 1)
      logger.info('request', { waves: 1 })
    }
    expect(lines()).toMatchObject([{ message: 'metrics', http_request_duration_seconds: 1 }])
    expect(lines()[0]).not.toHaveProperty('waves')
  })

  test('of stored metrics says them once', () => {
    metrics.addMetric('event_relay_parked', MetricUnit.Count, 2)
    expect(metrics.hasStoredMetrics()).toBe(true)
    metrics.publishStoredMetrics()
    metrics.publishStoredMetrics()
    expect(lines()).toMatchObject([{ event_relay_parked: 2 }])
    expect(metrics.hasStoredMetrics()).toBe(false)
  })
})
