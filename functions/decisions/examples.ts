import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'

const question = {
  subject: { type: 'user', id: sampleId('usr') },
  action: { name: 'users:read' },
  resource: { type: 'user', id: sampleId('usr') },
}

export const examples = examplesOf(contract, {
  resources: { dny: { refusedBy: 'listOrganizations' } },
  requests: {
    evaluateAccess: { body: { permission: 'users:read', context: { time: '2026-06-01T09:00:00.000Z' } } },
    evaluateAccessBatch: { body: { evaluations: [{ permission: 'users:read' }, { permission: 'reports:read' }] } },
    whoCan: { body: { permission: 'users:update', resource: { type: 'user', id: sampleId('usr') }, limit: 10 } },
    whatCan: { body: { permission: 'users:read', type: 'user' } },
    evaluateAuthzen: { body: question },
    previewAccess: {
      body: {
        change: {
          type: 'assignment_added',
          holder: { type: 'user', id: sampleId('usr') },
          permission: 'reports:read',
          scope: { type: 'organization' },
        },
      },
    },
    searchAuthzenSubjects: { body: { ...question, subject: { type: 'user' }, page: { limit: 10 } } },
    searchAuthzenResources: { body: { ...question, resource: { type: 'user' } } },
    searchAuthzenActions: { body: { subject: question.subject, resource: question.resource } },
    evaluateAuthzenMany: {
      body: { ...question, evaluations: [{}, { action: { name: 'users:update' } }], options: { evaluations_semantic: 'execute_all' } },
    },
  },
})
