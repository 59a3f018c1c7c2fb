import { expect, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'

/** As the reference page leads to an operation. */
const LINK = /\]\(#\/(\w+\/\w+)\)/g

test('every link in a description leads to an operation', () => {
  const operations = new Set(catalogue.map(({ context, name }) => `${context}/${name}`))
  const links = catalogue.flatMap(({ contract: { description = '' } }) => [...description.matchAll(LINK)].map(([, to]) => to))
  expect(links.filter((to = '') => !operations.has(to))).toEqual([])
  expect(links).not.toEqual([])
})
