import type { Config } from 'jest'

// Functions log as they do on Lambda; a test run is read by people. Set TESSERA_LOG_LEVEL=INFO to see it all.
process.env.TESSERA_LOG_LEVEL ??= 'SILENT'
// Of scrypt, in the user pool on this machine: nobody guesses at the passwords of tests.
process.env.TESSERA_PASSWORD_COST ??= '1024'

type Project = Exclude<NonNullable<Config['projects']>[number], string>

const common = {
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: { '\\.(ts|js|mjs)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }] },
  // These packages are published as ES modules only; jest's module system is CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|cdk.out|.tessera|coverage)'],
  // It exports nothing to `require`, which is how jest asks.
  moduleNameMapper: { '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js' },
} satisfies Project

const onStack = {
  ...common,
  globalSetup: '<rootDir>/test/journeys/start-stack.ts',
  globalTeardown: '<rootDir>/test/journeys/stop-stack.ts',
  setupFilesAfterEnv: ['<rootDir>/test/journeys/stay-fresh.ts'],
} satisfies Project
const MEASURING = 'test/journeys/costs.test.ts'

const config: Config = {
  coverageThreshold: { global: { lines: 90, branches: 90 } },
  coverageReporters: ['json', 'text-summary'],
  maxWorkers: 2,
  // A busy machine is slow, not wrong.
  testTimeout: 600_000,
  projects: [
    {
      ...common,
      displayName: 'parts',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/journeys/', '<rootDir>/local/'],
      // One DynamoDB Local serves them all: each workbench makes a table of its own.
      globalSetup: '<rootDir>/test/parts/start-table.ts',
      globalTeardown: '<rootDir>/test/parts/stop-table.ts',
    },
    {
      ...common,
      displayName: 'local',
      testMatch: ['<rootDir>/local/**/*.test.ts'],
    },
    {
      ...onStack,
      displayName: 'journeys',
      // One stack serves them all, side by side: each journey makes its own organizations.
      testMatch: ['<rootDir>/test/journeys/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', MEASURING],
    },
    // Calls are measured on a stack that nobody else warms, crowds or counts on.
    { ...onStack, displayName: 'costs', testMatch: [`<rootDir>/${MEASURING}`] },
  ],
}
export default config
