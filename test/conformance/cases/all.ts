import type { Case } from '../case.ts'
import { agentSdkCases } from './agent-sdk.ts'
import { communicationCases } from './communications.ts'
import { configurationCases } from './configurations.ts'
import { conversationCases } from './conversations.ts'
import { identifierCases } from './identifiers.ts'
import { memoryStoreCases } from './memory-stores.ts'
import { operationCases } from './operations.ts'
import { participantCases } from './participants.ts'
import { profileCases } from './profiles.ts'
import { settledCases } from './settled.ts'
import { transportCases } from './transport.ts'

export const cases: readonly Case[] = [
  ...configurationCases,
  ...conversationCases,
  ...participantCases,
  ...communicationCases,
  ...operationCases,
  ...memoryStoreCases,
  ...profileCases,
  ...identifierCases,
  ...transportCases,
  ...agentSdkCases,
  ...settledCases,
]
