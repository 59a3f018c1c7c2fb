import type { Config } from 'jest'

const swc = ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }] as const

// Functions log as they do on Lambda; a test run is read by people. Set POWERTOOLS_LOG_LEVEL=INFO to see it all.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
process.env.POWERTOOLS_METRICS_DISABLED ??= 'true'

const config: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: { '\\.(ts|js|mjs)$': [swc[0], swc[1]] },
  // These packages are published as ES modules only; jest's module system is CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|cdk.out|.tessera|coverage)'],
  // It exports nothing to `require`, which is how jest asks.
  moduleNameMapper: { '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js' },
  testMatch: ['**/*.test.ts'],
  collectCoverageFrom: ['{functions,events,shared,infra,local}/**/*.ts', '!**/*.test.ts'],
  maxWorkers: 2,
}
export default config
