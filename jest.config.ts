import type { Config } from 'jest'

const swc = ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }] as const

const config: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: { '\\.(ts|js|mjs)$': [swc[0], swc[1]] },
  // These packages are published as ES modules only; jest's module system is CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|cdk.out|.tessera|coverage)'],
  testMatch: ['**/*.test.ts'],
  collectCoverageFrom: ['{functions,events,shared,infra,local}/**/*.ts', '!**/*.test.ts'],
  maxWorkers: 2,
}
export default config
