import { Alert, Anchor, List, Paper, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import type { Configuration, GroupingType } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble, TroublePage } from '../../parts/trouble.tsx'
import { useClosing } from './closing.ts'
import { bodyOf, change, create, useConfigurations } from './editing.ts'
import { GroupingChoice } from './grouping-choice.tsx'
import {
  interimName,
  marked,
  nextStep,
  type Step,
  steps,
  successorOf,
  unmarked,
  withoutRules,
} from './grouping-steps.ts'
import { groupings } from './groupings.ts'

const said: Record<Step, string> = {
  CREATE: 'Make a configuration with the other grouping, as a copy without rules',
  CLOSE: 'Close the open conversations of the old one',
  GIVE_RULES: 'Copy the capture rules to the new one; until the next step the old one still gets everything',
  TAKE_RULES: 'Take the rules from the old one',
  CLOSE_REST: 'Close what began meanwhile',
  DELETE: 'Delete the old one',
  RENAME: 'Give the new one the name of the old',
  DONE: 'Done',
}

/** Since the grouping of a configuration cannot be changed: the way that the guide describes, one step after the other. */
export default function ChangeGrouping() {
  const { id = '' } = useParams()
  const [query, setQuery] = useSearchParams()
  const client = useQueryClient()
  const all = useConfigurations()
  const old = all.data?.configurations.find((one) => one.id === id)
  const closing = useClosing(id, old !== undefined)
  const [type, setType] = useState<GroupingType>()
  const [error, setError] = useState<unknown>()
  if (all.isPending || (old && closing.isPending)) return <Loading />
  if (all.isError) return <TroublePage title="Another grouping" error={all.error} onRetry={() => void all.refetch()} />
  if (closing.isError)
    return <TroublePage title="Another grouping" error={closing.error} onRetry={() => void closing.refetch()} />

  const configurations = all.data.configurations
  const successor = successorOf(configurations, id)
  const { open = 0, openIsCapped = false, latest = null } = (old && closing.data) || {}
  const isClosing = latest?.status === 'PENDING'
  const step = nextStep({ old, new: successor, open, closed: latest?.status === 'COMPLETED' })
  const name = query.get('name') ?? old?.displayName ?? ''
  const otherTypes = (Object.keys(groupings) as GroupingType[]).filter((one) => one !== old?.conversationGroupingType)
  const wanted = type ?? (otherTypes[0] as GroupingType)

  const run = async () => {
    setError(undefined)
    try {
      await carryOut(step, { old, successor, wanted, name, close: closing.start })
      if (step === 'CREATE') setQuery({ name }, { replace: true })
    } catch (refusal) {
      setError(refusal)
    }
    await client.invalidateQueries({ queryKey: ['configurations'] })
  }
  return (
    <Page
      title="Change the conversation grouping"
      lead={
        old ? `${old.displayName}: ${groupings[old.conversationGroupingType].title}` : 'The old configuration is gone.'
      }
    >
      {old === undefined && successor === undefined ? (
        <Alert color="teal" variant="outline" title="Nothing is left to do here">
          <Anchor component={Link} to="/configurations" underline="always">
            See the configurations
          </Anchor>
        </Alert>
      ) : (
        <Stack maw={860}>
          <Text size="sm">
            The grouping of a configuration stays as it was made. This takes a new configuration in its place, step by
            step. You may leave or reload the page at any time and come back: it goes on where it stopped.
          </Text>
          {step === 'CREATE' && old && (
            <GroupingChoice
              value={wanted}
              onChange={setType}
              without={old.conversationGroupingType}
              description="The grouping of the new one, drawn by what four contacts of one customer, Kiran, become."
            />
          )}
          <Paper withBorder p="md">
            <List type="ordered" spacing="xs" size="sm">
              {steps
                .filter((one) => one !== 'DONE')
                .map((one) => (
                  <List.Item key={one} {...(one === step ? { 'aria-current': 'step' as const } : {})}>
                    <Text span size="sm" fw={one === step ? 700 : 400}>
                      {said[one]}
                    </Text>{' '}
                    <Text span size="xs" c="dimmed">
                      {steps.indexOf(one) < steps.indexOf(step) ? 'done' : one === step ? 'next' : ''}
                    </Text>
                  </List.Item>
                ))}
            </List>
          </Paper>
          <Text size="sm" role="status">
            {openIsCapped ? 'More than ' : ''}
            {open} conversations of the old one are open.
          </Text>
          {isClosing && <ClosingProgress closed={latest.closed} total={latest.total} />}
          {error !== undefined && <Trouble error={error} />}
          <div hidden={isClosing}>
            <Act
              key={step}
              variant="filled"
              run={run}
              {...(step === 'CLOSE' || step === 'DELETE' || step === 'CLOSE_REST'
                ? { confirm: confirmations[step] }
                : {})}
            >
              {buttons[step]}
            </Act>
          </div>
        </Stack>
      )}
    </Page>
  )
}

/** The server does it: whoever comes back, or looks from elsewhere, sees how far it is. */
function ClosingProgress({ closed, total }: { closed: number; total: number }) {
  return (
    <Stack gap={4} role="status">
      <Progress value={(100 * closed) / Math.max(1, total)} aria-label="Closed so far" />
      <Text size="sm">
        {closed} of {total} closed. It goes on by itself when you leave.
      </Text>
    </Stack>
  )
}

const confirmations = {
  CLOSE: 'CLOSED is final: what comes next from the same people begins a new conversation.',
  CLOSE_REST: 'CLOSED is final: what comes next from the same people begins a new conversation.',
  DELETE: 'The old configuration is deleted. Its conversations stay.',
}

const buttons: Record<Step, string> = {
  CREATE: 'Create the new configuration',
  CLOSE: 'Close its open conversations',
  GIVE_RULES: 'Copy the rules',
  TAKE_RULES: 'Move the traffic over',
  CLOSE_REST: 'Close the rest',
  DELETE: 'Delete the old configuration',
  RENAME: 'Rename the new one',
  DONE: 'Done',
}

interface Move {
  old: Configuration | undefined
  successor: Configuration | undefined
  wanted: GroupingType
  name: string
  close: () => Promise<void>
}

async function carryOut(step: Step, { old, successor, wanted, name, close }: Move): Promise<void> {
  if (step === 'CLOSE' || step === 'CLOSE_REST') return close()
  if (step === 'CREATE' && old) {
    const { conversationsV1Bridge: _, ...body } = bodyOf(old)
    await create({
      ...body,
      displayName: interimName(old.displayName),
      description: marked(old.description, old.id),
      conversationGroupingType: wanted,
      channelSettings: withoutRules(old.channelSettings),
    })
  }
  if (step === 'GIVE_RULES' && old && successor) await change(successor.id, { channelSettings: old.channelSettings })
  if (step === 'TAKE_RULES' && old) await change(old.id, { channelSettings: withoutRules(old.channelSettings) })
  if (step === 'DELETE' && old) {
    await ended(await ask(api.DELETE('/v2/ControlPlane/Configurations/{id}', { params: { path: { id: old.id } } })))
  }
  if (step === 'RENAME' && successor) {
    await change(successor.id, {
      description: unmarked(successor.description),
      ...(name === '' ? {} : { displayName: name }),
    })
  }
}
