import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Configuration } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'
import { type Body, differencesOf } from './difference.ts'
import { Differences } from './differences.tsx'
import { bodyOf, type Channels, replace, useOthers, useRelay } from './editing.ts'
import { Findings } from './findings.tsx'
import { lint } from './lint.ts'
import { RulesEditor } from './rules-editor.tsx'

/** Capture rules with what is odd about them; before they are saved it is shown what would be deleted. */
export function Rules({ configuration }: { configuration: Configuration }) {
  const client = useQueryClient()
  const [edited, setEdited] = useState<Channels>()
  const others = useOthers(configuration.id)
  const usesRelay = useRelay()
  const channels = edited ?? configuration.channelSettings
  const findings = lint(channels, { others, usesRelay })
  const body = bodyOf(configuration)
  const changed = { ...body, channelSettings: channels }
  const differences = differencesOf(body as Body, changed as Body)
  const save = async () => {
    await replace(configuration.id, changed)
    setEdited(undefined)
    await client.invalidateQueries({ queryKey: ['configurations'] })
  }
  const isWhole = Object.values(channels).every((one) => (one?.captureRules ?? []).every(({ from, to }) => from && to))
  return (
    <Paper withBorder p="md" component="section" aria-label="Capture rules">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Capture rules
        </Title>
        {edited ? (
          <Group gap="xs">
            <Button variant="default" onClick={() => setEdited(undefined)}>
              Cancel
            </Button>
            <Act
              variant="filled"
              run={save}
              disabled={differences.length === 0 || !isWhole}
              confirm={
                <Stack>
                  <Text size="sm">The whole configuration is replaced. This is what becomes different:</Text>
                  <Differences differences={differences} />
                </Stack>
              }
            >
              Save
            </Act>
          </Group>
        ) : (
          <Button
            variant="default"
            onClick={() => setEdited(configuration.channelSettings)}
            aria-label="Edit capture rules"
          >
            Edit
          </Button>
        )}
      </Group>
      <Stack gap="sm">
        {edited ? <RulesEditor channels={edited} onChange={setEdited} /> : <Shown channels={channels} />}
        <Findings findings={findings} />
      </Stack>
    </Paper>
  )
}

function Shown({ channels }: { channels: Channels }) {
  const rules = Object.entries(channels).flatMap(([channel, settings]) =>
    (settings?.captureRules ?? []).map((rule) => ({ channel, ...rule })),
  )
  if (rules.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No rules: nothing is captured by itself. Edit, and add a channel with a rule for each direction.
      </Text>
    )
  return (
    <Stack gap={4}>
      {rules.map(({ channel, from, to, metadata }) => (
        <Text size="sm" key={`${channel} ${from} ${to} ${JSON.stringify(metadata)}`} className="wrap-anywhere">
          {channel}: from <Code>{from}</Code> to <Code>{to}</Code> {metadata?.callType ?? ''}
        </Text>
      ))}
    </Stack>
  )
}
