// `npm run costs` writes docs/costs.md from bench/costs.json; a test says when it is not current.
import { writeFileSync } from 'node:fs'
import { costsPage } from './table.ts'

writeFileSync('docs/costs.md', costsPage())
console.log('docs/costs.md written')
