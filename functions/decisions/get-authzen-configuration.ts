import { config } from '../../shared/config.ts'
import { pathOf } from '../../shared/endpoint.ts'
import { serve } from '../../shared/serve/serve.ts'
import {
  evaluateAuthzen,
  evaluateAuthzenMany,
  getAuthzenConfiguration,
  searchAuthzenActions,
  searchAuthzenResources,
  searchAuthzenSubjects,
} from './contract.ts'

export const handler = serve(getAuthzenConfiguration, ({ headers, answer }) => {
  const here = (config.apiUrl ?? `https://${headers.host}`).replace(/\/$/, '')
  answer.headers['cache-control'] = 'public, max-age=3600'
  return {
    policy_decision_point: here,
    access_evaluation_endpoint: here + pathOf(evaluateAuthzen),
    access_evaluations_endpoint: here + pathOf(evaluateAuthzenMany),
    search_subject_endpoint: here + pathOf(searchAuthzenSubjects),
    search_resource_endpoint: here + pathOf(searchAuthzenResources),
    search_action_endpoint: here + pathOf(searchAuthzenActions),
  }
})
