/** Everything that a caller can ask of identity, by theme. */
export * from './contract/address.ts'
export * from './contract/factor.ts'
export * from './contract/keys.ts'
export * from './contract/schemas.ts'
export * from './contract/sessions.ts'
export * from './contract/sign-in.ts'
export * from './contract/sign-up.ts'
