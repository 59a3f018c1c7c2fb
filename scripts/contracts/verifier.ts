import { buildSync } from 'esbuild'

/** The verifier as it is handed to customers: one file that they can read, and that needs no other. */
export function verifierSource(): string {
  const { outputFiles } = buildSync({
    entryPoints: ['verify/main.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    charset: 'utf8',
    banner: { js: '#!/usr/bin/env node\n// Made of verify/ and shared/merkle/ by `npm run contracts`; a check keeps it current.' },
  })
  return outputFiles[0]?.text ?? ''
}
