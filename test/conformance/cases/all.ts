import type { Case } from '../case.ts'
import { actionCases } from './actions.ts'
import { agentSdkCases } from './agent-sdk.ts'
import { bulkCases } from './bulk.ts'
import { clockCases } from './clocks.ts'
import { communicationCases } from './communications.ts'
import { configurationChangeCases } from './configuration-changes.ts'
import { configurationCases } from './configurations.ts'
import { conversationChangeCases } from './conversation-changes.ts'
import { conversationCases } from './conversations.ts'
import { dataMappingCases } from './data-mappings.ts'
import { identifierCases } from './identifiers.ts'
import { identitySettingsCases } from './identity-settings.ts'
import { importCases } from './imports.ts'
import { intelligenceControlCases } from './intelligence-control.ts'
import { intelligenceResultCases } from './intelligence-results.ts'
import { memoryStoreCases } from './memory-stores.ts'
import { observationCases } from './observations.ts'
import { operationCases } from './operations.ts'
import { participantCases } from './participants.ts'
import { profileCases } from './profiles.ts'
import { recallCases } from './recall.ts'
import { settledCases } from './settled.ts'
import { summaryCases } from './summaries.ts'
import { traitGroupCases } from './trait-groups.ts'
import { traitCases } from './traits.ts'
import { transportCases } from './transport.ts'

export const cases: readonly Case[] = [
  ...configurationCases,
  ...configurationChangeCases,
  ...conversationCases,
  ...conversationChangeCases,
  ...participantCases,
  ...communicationCases,
  ...actionCases,
  ...operationCases,
  ...memoryStoreCases,
  ...identitySettingsCases,
  ...traitGroupCases,
  ...dataMappingCases,
  ...bulkCases,
  ...importCases,
  ...traitCases,
  ...profileCases,
  ...identifierCases,
  ...observationCases,
  ...summaryCases,
  ...recallCases,
  ...intelligenceControlCases,
  ...intelligenceResultCases,
  ...transportCases,
  ...agentSdkCases,
  ...clockCases,
  ...settledCases,
]
