// `npm run contracts` writes what follows from the contracts; with --check it only says whether that is current.
import { readFileSync, writeFileSync } from 'node:fs'
import { catalogue, events, permissions, problems, requestExamples, schemas } from '../functions/catalogue.ts'
import { LANGUAGES } from '../shared/language.ts'
import { components } from './contracts/json-schema.ts'
import { knownEvents, knownPermissions, knownRoutes } from './contracts/known.ts'
import { type Messages, messagesSource } from './contracts/messages.ts'
import { openApi } from './contracts/openapi.ts'
import { clientSource } from './contracts/typescript.ts'
import { verifierSource } from './contracts/verifier.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

const messagesOf = (language: string): Messages => JSON.parse(readFileSync(`functions/notifications/messages/${language}.json`, 'utf8'))

const made: Record<string, () => string> = {
  'openapi.json': () => `${JSON.stringify(openApi({ catalogue, schemas, problems, requestExamples }, version), null, 2)}\n`,
  'client/operations.ts': () => clientSource(catalogue, components(schemas)),
  'events/known.ts': () => knownEvents(events),
  'functions/notifications/messages.ts': () =>
    messagesSource(Object.fromEntries(LANGUAGES.map((language) => [language, messagesOf(language)]))),
  'shared/access/known-permissions.ts': () => knownPermissions(permissions),
  'functions/system/routes.ts': () => knownRoutes(catalogue),
  'verify/tessera-verify.mjs': verifierSource,
}

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const isCheck = process.argv.includes('--check')
for (const [path, make] of Object.entries(made)) {
  const source = make()
  if (read(path) === source) console.log(`${path} is current`)
  else if (isCheck) {
    console.error(`${path} does not match the contracts any more. Run \`npm run contracts\` and commit what it writes.`)
    process.exitCode = 1
  } else {
    writeFileSync(path, source)
    console.log(`${path} written`)
  }
}
