import { serve } from '../../shared/serve/serve.ts'
import { addUser } from './add-user.ts'
import { createUser } from './contract.ts'

export const handler = serve(createUser, addUser)
