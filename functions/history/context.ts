import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'

export default context({ ring: 'administration', contract, examples })
