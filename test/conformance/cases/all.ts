import type { Case } from '../case.ts'
import { communicationCases } from './communications.ts'
import { configurationCases } from './configurations.ts'
import { conversationCases } from './conversations.ts'
import { identifierCases } from './identifiers.ts'
import { memoryStoreCases } from './memory-stores.ts'
import { operationCases } from './operations.ts'
import { participantCases } from './participants.ts'
import { profileCases } from './profiles.ts'

export const cases: readonly Case[] = [
  ...configurationCases,
  ...conversationCases,
  ...participantCases,
  ...communicationCases,
  ...operationCases,
  ...memoryStoreCases,
  ...profileCases,
  ...identifierCases,
]
