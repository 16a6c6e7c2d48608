import { Paper, Select, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import type { Configuration, Fetched } from '../../api/types.ts'
import { More } from '../../parts/listing.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Time } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { type Body, differencesOf } from './difference.ts'
import { Differences } from './differences.tsx'

type Version = Fetched<'/skein/v1/Configurations/{id}/Versions'>['versions'][number]

/** Every version with what it changed; conversations live by the one in force when they began. */
export function Versions({ configuration: { id, version } }: { configuration: Configuration }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const source = usePages(
    ['configurations', id, 'versions', version],
    (pageToken) =>
      ask(
        api.GET('/skein/v1/Configurations/{id}/Versions', {
          params: { path: { id }, query: given({ pageSize: 50, pageToken }) as never },
        }),
      ),
    ({ versions }) => versions,
  )
  const at = source.items.findIndex((one) => String(one.version) === (chosen ?? String(source.items[0]?.version)))
  const [shown, before] = [source.items[at], source.items[at + 1]]
  return (
    <Paper withBorder p="md" component="section" aria-label="Versions">
      <Title order={2} size="h4" mb="xs">
        Versions
      </Title>
      {source.isPending && <Loading rows={2} />}
      {source.isError && <Trouble error={source.error} onRetry={() => void source.refetch()} />}
      {shown && (
        <Stack gap="sm">
          <Select
            label="Version"
            data={source.items.map((one) => ({ value: String(one.version), label: labelOf(one) }))}
            value={String(shown.version)}
            onChange={setChosen}
            allowDeselect={false}
            maw={320}
          />
          <Text size="sm" c="dimmed">
            {shown.createdAt ? <Time at={shown.createdAt} /> : 'Made before that was written down'}
            {before ? `: what it changed of version ${before.version}` : ''}
          </Text>
          {before ? (
            <Differences differences={differencesOf(before as Body, shown as Body)} />
          ) : (
            <Text size="sm">{shown.version === 1 ? 'The first version.' : 'Show more to see what it changed.'}</Text>
          )}
          {source.hasNextPage && <More source={source} />}
        </Stack>
      )}
    </Paper>
  )
}

function labelOf({ version, isCurrent }: Version): string {
  return isCurrent ? `Version ${version}, in force` : `Version ${version}`
}
