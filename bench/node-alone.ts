import 'node:crypto'
import 'node:https'

/** The floor: Node with what any call to AWS needs of it, and nothing else. */
export const handler = async () => ({ statusCode: 200 })
