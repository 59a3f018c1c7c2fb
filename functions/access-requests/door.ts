/** The door of this context: what others may ask of it. */
export { type AccessRequest, accessRequests } from './access-request.ts'
export { mayDecide } from './deciding.ts'
